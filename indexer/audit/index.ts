/**
 * What `import ... from 'find-textd'` gives: the audit stream parser, without the rest of find-text.
 */

export type { Attribute } from './changes/calls.js';
export { encodeChange } from './changes/change-line.js';
export type { Certainty, ChangeKind, FileChange, FileId, Place } from './changes/file-change.js';
export { tryReadChange } from './changes/read-change-line.js';
export { toChanges } from './changes/to-changes.js';
export { AuditEvent } from './events/audit-event.js';
export { AuditStream, type StreamStats } from './events/audit-stream.js';
export { AuditEventParser, type EventFilters } from './events/event-parser.js';
export type { Who } from './records/call-head.js';
export { type Accounts, loadAccounts } from './view/accounts.js';
export { type EventView, toEventView } from './view/event-view.js';
export type { Interpreted } from './view/interpret.js';
export type { Normalized } from './view/normalize.js';
export type { RecordView } from './view/record-view.js';
