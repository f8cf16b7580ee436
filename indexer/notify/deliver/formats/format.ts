/** What a format makes of a message, and for which receiver. Nothing here runs. */
import type { Message } from './message.js';
import type { PayloadView } from './payload-view.js';

export interface FormatInput {
  readonly message: Message;
  readonly payload: PayloadView;
  /** The payload as it was stored: what `json` sends and all signatures are made of. */
  readonly json: string;
  readonly url: URL;
  /** Of receivers that want it in the body. */
  readonly secret: string | undefined;
}

export interface HttpBody {
  readonly contentType: string;
  readonly body: string;
  /** Where it goes, when that is not the address of the endpoint. */
  readonly url?: URL;
}

export type Format = (input: FormatInput) => HttpBody;

export function jsonBody(value: unknown, url?: URL): HttpBody {
  return { contentType: 'application/json', body: JSON.stringify(value), ...(url && { url }) };
}
