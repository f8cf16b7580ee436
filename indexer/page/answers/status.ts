/** The status of the index for the page: the words are those of `find-textd status`. */
import type { ReasonJson } from '../../../shared/answer/reason-json.js';
import type { StatusWords } from '../words.js';

/** What `find-textd status` knows, and how it says it. */
export interface ToldStatus {
  readonly isComplete: boolean;
  readonly reasons: readonly ReasonJson[];
  /** Lines of a label and what it says, in columns. */
  readonly text: string;
}

const LABEL_COLUMNS = 10;
const COMPLETE = 'The index is complete: a search sees every change that was made until a moment ago.';

export function statusWords({ isComplete, reasons, text }: ToldStatus): StatusWords {
  const reason = reasons.find(({ isNote }) => !isNote);
  return {
    isComplete,
    headline: reason?.text ?? (isComplete ? COMPLETE : 'Nothing is known yet: the daemon has not told how it is.'),
    ...(reason?.advice !== undefined && { advice: reason.advice }),
    lines: text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ label: line.slice(0, LABEL_COLUMNS).trim(), text: line.slice(LABEL_COLUMNS).trimEnd() })),
  };
}
