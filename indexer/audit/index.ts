/**
 * What `import ... from 'find-textd'` gives: the audit stream parser, without the rest of find-text.
 */
export { AuditEvent } from './audit-event.js';
export { AuditStream, type StreamStats } from './audit-stream.js';
export type { Who } from './call-head.js';
export type { Attribute } from './calls.js';
export { encodeChange } from './change-line.js';
export { AuditEventParser, type EventFilters } from './event-parser.js';
export type { Certainty, ChangeKind, FileChange, FileId, Place } from './file-change.js';
export { tryReadChange } from './read-change-line.js';
export { toChanges } from './to-changes.js';
export { type Accounts, loadAccounts } from './view/accounts.js';
export { type EventView, toEventView } from './view/event-view.js';
export type { Interpreted } from './view/interpret.js';
export type { Normalized } from './view/normalize.js';
export type { RecordView } from './view/record-view.js';
