/** What the page in the browser asks the daemon, and what it is told: as JSON. Nothing here runs, and nothing is imported. */

/** Half of a pass, which a script of the page keeps. */
export interface LoginAnswer {
  readonly key: string;
}

export interface FailureWords {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

/** [start, end) in UTF-16 units. */
export type Highlights = readonly (readonly [number, number])[];

/** A file as it is asked for again: `pathHex` when its bytes are not UTF-8. */
export interface PagePath {
  readonly path: string;
  readonly pathHex?: string;
  /** Where in the file. */
  readonly inner?: string;
  readonly innerHex?: string;
}

/** As the query socket has it, and as it is shown: without control characters. */
export interface PageHit extends PagePath {
  readonly shownName: string;
  readonly shownFolder: string;
  readonly title: string;
  readonly type: string;
  readonly size: number;
  /** ISO 8601, or ''. */
  readonly modified: string;
  readonly snippet?: { readonly text: string; readonly highlights: Highlights; readonly line?: number };
  readonly page?: number;
  readonly missing?: readonly string[];
  readonly stale?: boolean;
  readonly partial?: boolean;
  readonly unverified?: boolean;
}

export interface HitsWords {
  readonly hits: readonly PageHit[];
  readonly total: number;
  readonly isTotalExact: boolean;
  /** The query that was searched instead, its words repaired. */
  readonly searched?: string;
  readonly offered?: string;
  /** Why the answer may lack changes: what matters most. */
  readonly notice?: { readonly text: string; readonly advice?: string };
}

export interface PreviewWords {
  readonly preview: { readonly text: string; readonly highlights: Highlights; readonly line?: number } | null;
}

/** `term` added to the query leaves these documents. */
export interface Facet {
  readonly term: string;
  readonly text: string;
  readonly count: number;
}

export interface FacetWords {
  readonly kinds: readonly Facet[];
  readonly folders: readonly Facet[];
  readonly times: readonly Facet[];
  /** False: only so many documents were looked at. */
  readonly isWhole: boolean;
}

/** As `find-textd status` prints it. */
export interface StatusWords {
  readonly isComplete: boolean;
  /** In one sentence. */
  readonly headline: string;
  readonly advice?: string;
  readonly lines: readonly { readonly label: string; readonly text: string }[];
}

/** What happened to a file, in words. */
export interface EventWords {
  readonly sequence: number;
  readonly atMs: number;
  readonly action: string;
  readonly path: string;
  readonly to?: string;
  /** `ann as root`; '?': it is not known. */
  readonly who: string;
  /** With which program, or why that is not known. */
  readonly source: string;
}

export interface EventsWords {
  readonly events: readonly EventWords[];
  /** Ask for those before it; null: there are none. */
  readonly before: number | null;
}

/** An entry of the history of integrity monitoring. */
export interface ToldWords {
  readonly sequence: number;
  readonly atMs: number;
  readonly kind: string;
  readonly rule: string;
  readonly severity: string;
  readonly path: string;
  readonly to?: string;
  readonly who: string;
  readonly source: string;
  /** What is different, in words. */
  readonly changes: readonly string[];
  /** Hunks of a unified diff. */
  readonly diff?: string;
  /** Why there is no diff. */
  readonly noDiff?: string;
  /** Of what is about no file. */
  readonly text?: string;
}

export interface ToldPage {
  /** False: no rule has ever asked for it. */
  readonly isKept: boolean;
  readonly entries: readonly ToldWords[];
  readonly before: number | null;
}

/** How many events there were in each hour, the oldest first, and when changes may have been missed. */
export interface TimelineWords {
  readonly sinceMs: number;
  readonly hours: readonly number[];
  /** The newest first. */
  readonly gaps: readonly { readonly sinceMs: number; readonly isOpen: boolean; readonly text: string }[];
}

export interface DeadWords {
  readonly id: number;
  readonly endpoint: string;
  readonly createdMs: number;
  readonly deadMs: number;
  readonly why: string;
  /** `41 to 52`, in the history. */
  readonly entries: string;
}

export interface DeadPage {
  readonly letters: readonly DeadWords[];
}
