/** What the thread of the page is given and what it says. Nothing here runs. */
import type { Locations } from '../../shared/locations.js';

export interface PageThreadOptions {
  readonly locations: Locations;
  readonly home: string | undefined;
  /** Of passes; the same for all threads while the page is switched on. */
  readonly secret: Uint8Array;
  /** Where the thread before it has listened; 0: there was none. */
  readonly port: number;
  /** [0]: since when a question is being answered, in seconds that the machine has been awake; 0: none is. */
  readonly busySince: Int32Array;
}

export type ToPageThread = 'end';

export interface FromPageThread {
  readonly port: number;
}
