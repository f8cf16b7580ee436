/**
 * Who did what to what, for a record that stands for itself: logins, sessions, services, accounts, configuration,
 * decisions of security modules, anomalies. A part of normalize.ts.
 */
import type { Interpreted } from './interpret.js';
import type { Normalized } from './normalize.js';
import { fieldOf, howOf, part } from './normalized-parts.js';
import { type RecordAction, recordActionOf } from './record-actions.js';
import type { RecordView } from './record-view.js';

/** What was done is what an operation of this name says, where the type alone says less. */
const BY_OPERATION: Readonly<Record<string, readonly (readonly [operation: RegExp, action: string])[]>> = {
  CONFIG_CHANGE: [
    [/^add[_ ]rule/, 'added-audit-rule'],
    [/^remove[_ ]rule/, 'deleted-audit-rule'],
  ],
  MAC_UNLBL_ALLOW: [
    [/^1$/, 'is-allowing-unlabeled-network-traffic'],
    [/^0$/, 'is-disallowing-unlabeled-network-traffic'],
  ],
  DM_CTRL: [
    [/^ctr$/, 'created-device-mapping'],
    [/^dtr$/, 'removed-device-mapping'],
  ],
  BPF: [
    [/^LOAD$/, 'loaded-bpf-program'],
    [/^UNLOAD$/, 'unloaded-bpf-program'],
  ],
  AVC: [
    [/^profile_(?:load|replace)/, 'loaded-mac-policy'],
    [/^profile_remove/, 'removed-mac-policy'],
  ],
  USER_AVC: [
    [/load_?policy|policyload/, 'loaded-mac-policy'],
    [/setenforce/, 'changed-selinux-enforcement-to'],
  ],
  EVENT_LISTENER: [[/^disconnect/, 'disconnected-from']],
  NETFILTER_CFG: [[/unregister/, 'removed-firewall-rule-from']],
};

const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  USER_LOGIN: ['id', 'acct', 'auid'],
  LOGIN: ['old-auid'],
  AVC: ['scontext', 'profile'],
  SELINUX_ERR: ['scontext', 'oldcontext'],
  USER_AVC: ['scontext', 'label', 'auid'],
};
const HOWS: Readonly<Record<string, string>> = { ANOM_ABEND: 'sig', ANOM_EXEC: 'terminal', TTY: 'comm' };
const OPERATIONS = ['op', 'operation', 'unlbl_accept', 'msg'];
const RESULTS = ['seresult', 'res', 'result', 'success', 'code', 'resp', 'apparmor'];

/** Empty for a record that says nothing on its own. */
export function normalizeRecord(record: RecordView): Normalized {
  const known = recordActionOf(record._type);
  if (!known) return {};
  return {
    event_kind: known.eventKind,
    session: fieldOf(record, 'ses'),
    ...partOf('subject.primary', record, SUBJECTS[record._type] ?? ['auid']),
    ...(record._type === 'USER_LOGIN' ? {} : partOf('subject.secondary', record, ['uid'])),
    ...objectOf(record, known),
    action: actionOfRecord(record, known),
    how: howOfRecord(record),
    ...resultOf(record),
  };
}

/** What it says of the object, the action and the result when a call is beside it. */
export function besideCall(record: RecordView): Normalized {
  const known = recordActionOf(record._type);
  return known ? { ...objectOf(record, known), action: actionOfRecord(record, known), ...resultOf(record) } : {};
}

/** '' when neither its type nor its operation says it. */
function actionOfRecord(record: RecordView, known: RecordAction): string {
  const operation = operationOf(record);
  const spoken = BY_OPERATION[record._type]?.find(([pattern]) => pattern.test(operation))?.[1];
  const said = known.action === undefined || record._type === 'USYS_CONFIG' ? fieldOf(record, 'op') : null;
  return spoken ?? (said === null ? (known.action ?? '') : String(said).replaceAll(' ', '-'));
}

/** Old programs say it in free words. */
function operationOf(record: RecordView): string {
  const field = OPERATIONS.find((name) => fieldOf(record, name) !== null);
  return field === undefined ? '' : String(fieldOf(record, field));
}

function objectOf(record: RecordView, { object, objectKind, secondary }: RecordAction): Normalized {
  return {
    ...partOf('object.primary', record, object),
    ...(secondary === undefined ? {} : partOf('object.secondary', record, [secondary])),
    object_kind: objectKind,
  };
}

function resultOf(record: RecordView): Normalized {
  return fieldOf(record, 'apparmor') === 'STATUS' ? {} : partOf('result', record, RESULTS);
}

function howOfRecord(record: RecordView): Interpreted {
  if (record._type === 'DAEMON_START') return 'init';
  const field = HOWS[record._type];
  return field === undefined ? howOf(record) : fieldOf(record, field);
}

/** The first of the fields that says something; nothing without one. */
function partOf(name: string, record: RecordView, fields: readonly string[]): Normalized {
  const field = fields.find((candidate) => fieldOf(record, candidate) !== null);
  return field === undefined ? {} : part(name, record, field);
}
