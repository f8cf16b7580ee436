/** A change as the change log has it. */
import { type FileChange, NOWHERE } from '../../indexer/audit/changes/file-change.js';
import { UNKNOWN_WHO } from '../../indexer/audit/records/call-head.js';

/** @param given  what the test is about; the rest says nothing. */
export function fileChange(given: Partial<FileChange> = {}): FileChange {
  return {
    node: '',
    serial: 1,
    timestampMs: 0,
    kind: 'write',
    attribute: null,
    certainty: 'exact',
    from: NOWHERE,
    to: null,
    eitherParent: [],
    file: null,
    who: UNKNOWN_WHO,
    keys: [],
    ...given,
  };
}
