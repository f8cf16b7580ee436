/** A payload as a line of RFC 5424, framed by its length (RFC 6587). Pure. */

import { cleanText } from '../../../../shared/path-text.js';
import type { Severity } from '../../rules/rule.js';
import { toMessage } from '../formats/message.js';
import type { PayloadView } from '../formats/payload-view.js';
import type { Outgoing } from '../target.js';

/** Of `log audit`. */
const FACILITY = 13;
const SEVERITIES: Readonly<Record<Severity, number>> = { info: 6, notice: 5, warning: 4, critical: 2 };
const BOM = '\ufeff';
/** The number that RFC 5612 gives to who has none. */
const ELEMENT = 'change@32473';
/** RFC 5425, section 4.3.1: receivers should take 8,192 in all. */
const MAX_VALUE = 1_024;

export function syslogFrame({ webhookId, json }: Outgoing, nowMs: number): Buffer {
  const payload = JSON.parse(json) as PayloadView;
  const { title, severity } = toMessage(payload);
  const { timestamp = new Date(nowMs).toISOString(), host, type = 'event' } = payload;
  const head = [
    `<${FACILITY * 8 + SEVERITIES[severity]}>1`,
    time(timestamp, nowMs),
    word(host?.name ?? '', 255),
    'find-textd',
    String(process.pid),
    word(type, 32),
  ].join(' ');
  const line = Buffer.from(`${head} ${element({ id: webhookId, ...valuesOf(payload) })} ${BOM}${title}`);
  return Buffer.concat([Buffer.from(`${line.length} `), line]);
}

function valuesOf({ rule, sequence, event_type, src_path, dest_path, actor, count }: PayloadView) {
  const login = actor?.login === 'unset' ? undefined : actor?.login;
  const exe = actor?.process?.executable;
  return {
    rule,
    sequence,
    kind: event_type,
    path: src_path,
    to: dest_path,
    login: login?.name,
    user: actor?.user?.name,
    exe,
    count,
  };
}

function element(values: Readonly<Record<string, string | number | null | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return `[${ELEMENT}${given.map(([name, value]) => ` ${name}="${quoted(String(value))}"`).join('')}]`;
}

function quoted(value: string): string {
  const clean = cleanText(value);
  const short = clean.length <= MAX_VALUE ? clean : `${clean.slice(0, MAX_VALUE)}…`;
  return short.replace(/["\\\]]/g, '\\$&');
}

/** Printable ASCII without blanks, or nothing: `-`. */
function word(text: string, max: number): string {
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, max) || '-';
}

function time(text: string, nowMs: number): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? text
    : new Date(nowMs).toISOString();
}
