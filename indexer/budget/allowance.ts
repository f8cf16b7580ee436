/** How much work may be begun now: what the budget says and the work loop asks. */
export interface Allowance {
  /** May changes that somebody waits for be worked on? */
  readonly isInteractive: boolean;
  /** Batches and comparisons of everything else, side by side. */
  readonly otherJobs: number;
  readonly entriesPerBatch: number;
}

export const EVERYTHING: Allowance = { isInteractive: true, otherJobs: 3, entriesPerBatch: 64 };
export const NOTHING: Allowance = { isInteractive: false, otherJobs: 0, entriesPerBatch: 64 };
