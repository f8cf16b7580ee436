/**
 * Who did what to what, in the words of auparse_normalize(3).
 */
import { pathText } from '../../../shared/path-text.js';
import { actionOf, actionOfCall } from '../changes/action-names.js';
import type { FileChange } from '../changes/file-change.js';
import { type CallAction, callActionOf } from './call-actions.js';
import type { Interpreted } from './interpret.js';
import { besideCall, normalizeRecord } from './normalize-record.js';
import { fieldOf, howOf, part } from './normalized-parts.js';
import { recordActionOf } from './record-actions.js';
import type { RecordView } from './record-view.js';

export type Normalized = Readonly<Record<string, Interpreted>>;

const NAMES_OF_KINDS: Readonly<Record<string, string>> = {
  file: 'file',
  dir: 'directory',
  link: 'symlink',
  fifo: 'fifo',
  socket: 'socket',
  block: 'block-device',
  character: 'character-device',
};

/** @param change  the first change of the event, when it has one. */
export function normalize(records: readonly RecordView[], change: FileChange | undefined): Normalized {
  const [first] = records;
  const head = records.find(({ _type }) => _type === 'SYSCALL' || _type === 'URINGOP');
  if (!head) return first ? normalizeRecord(first) : {};
  const call = nameOfCall(head);
  const action = change ? actionOf(change) : actionOfCall(call);
  const other = action === undefined ? callActionOf(call) : undefined;
  return {
    event_kind: 'audit-rule',
    session: fieldOf(head, 'ses'),
    ...part('subject.primary', head, 'auid'),
    ...part('subject.secondary', head, 'uid'),
    ...(other ? objectOfCall(records, head, other) : action ? objectOf(records, change) : objectOfRule(head)),
    action: action ?? other?.action ?? 'triggered-audit-rule',
    how: howOf(head),
    ...(first && ofReason(first, records, change)),
  };
}

/** socketcall(bind) → bind */
function nameOfCall(head: RecordView): string {
  return String(head.syscall ?? head.uring_op ?? '').replace(/^\w+\((\w+)\)$/, '$1');
}

/** A record before that of the call is what the event is for: a denial, a new rule. A change of a file stays one. */
function ofReason(first: RecordView, records: readonly RecordView[], change: FileChange | undefined): Normalized {
  const kind = recordActionOf(first._type)?.eventKind;
  if (kind === undefined) return {};
  if (change) return { event_kind: kind };
  return { event_kind: kind, ...besideCall(first), ...(targetOf(records) && objectOf(records, change)) };
}

function objectOfRule(head: RecordView): Normalized {
  return { ...part('object.primary', head, 'key'), object_kind: 'admin-defined-rule' };
}

function objectOfCall(records: readonly RecordView[], head: RecordView, known: CallAction): Normalized {
  const { objectKind, record, field } = known;
  if (record === 'PATH') {
    const object = objectOf(records, undefined);
    return objectKind === 'file' && object.object_kind !== 'unknown' ? object : { ...object, object_kind: objectKind };
  }
  const told = record === 'SYSCALL' ? head : records.find(({ _type }) => _type === record);
  return { ...(told && part('object.primary', told, field)), object_kind: objectKind };
}

function objectOf(records: readonly RecordView[], change: FileChange | undefined): Normalized {
  const target = targetOf(records);
  if (!target) return { object_kind: 'unknown' };
  const kind = String(target.mode ?? '').split(',')[0] ?? '';
  const path = change?.from.path;
  return {
    ...part('object.primary', target, 'name'),
    ...(path && { 'object.primary': pathText(path) }),
    ...part('object.secondary', target, 'inode'),
    object_kind: NAMES_OF_KINDS[kind] ?? 'unknown',
  };
}

/** The PATH record of the file itself: what goes before what comes, never a PARENT. */
function targetOf(records: readonly RecordView[]): RecordView | undefined {
  const paths = records.filter(({ _type }) => _type === 'PATH');
  const ofType = (nameType: string) => paths.find(({ nametype }) => nametype === nameType);
  return ofType('DELETE') ?? ofType('CREATE') ?? ofType('NORMAL');
}
