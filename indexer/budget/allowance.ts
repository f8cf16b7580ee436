/** How much work may be begun now: what the budget says and the work loop asks. */
export interface Allowance {
  /** May changes that somebody waits for be worked on? */
  readonly isInteractive: boolean;
  /** Batches and comparisons of everything else, side by side. */
  readonly otherJobs: number;
  readonly entriesPerBatch: number;
  /** Processes at the most, however many are configured. */
  readonly extractors: number;
}

export const EVERYTHING: Allowance = {
  isInteractive: true,
  otherJobs: 3,
  entriesPerBatch: 256,
  extractors: Number.POSITIVE_INFINITY,
};
/** The share of the processor for what nobody waits for is used up. */
export const INTERACTIVE: Allowance = { ...EVERYTHING, otherJobs: 0 };
/** Memory is short. */
export const LITTLE: Allowance = { isInteractive: true, otherJobs: 1, entriesPerBatch: 8, extractors: 1 };
export const LITTLE_INTERACTIVE: Allowance = { ...LITTLE, otherJobs: 0 };
export const NOTHING: Allowance = { ...EVERYTHING, isInteractive: false, otherJobs: 0 };
