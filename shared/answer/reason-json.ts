/** A reason why an answer may lack changes, in JSON. docs/status-json.md is its contract. */
import { jsonPath } from '../path-text.js';
import type { Reason } from './judge.js';

export interface ReasonJson extends Omit<Reason, 'scope' | 'advice' | 'completeness'> {
  /** The folder it is about; not there: the whole index. */
  readonly scope?: string;
  readonly scopeHex?: string;
  readonly advice?: string;
  readonly completeness?: string;
}

export function toReasonJson({ reason, sinceMs, scope, text, advice, completeness, isNote }: Reason): ReasonJson {
  return {
    reason,
    sinceMs,
    ...(scope && jsonPath('scope', scope)),
    text,
    ...(advice !== undefined && { advice }),
    ...(completeness !== undefined && { completeness }),
    isNote,
  };
}
