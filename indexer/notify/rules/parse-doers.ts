/** `ignore` and `only` of a rule: patterns of who did it, checked. */
import type { DoerKey, DoerPattern } from './rule.js';
import { shown, type TableReader } from './table-reader.js';
import { checkProgram } from './trusted-program.js';

const KEYS: readonly DoerKey[] = ['login', 'user', 'group', 'exe', 'comm', 'parent', 'unit', 'session'];
const MAX_ENTRIES = 200;
const MAX_ID = 0xffff_fffe;
/** As much as the kernel keeps of a process's name. */
const COMM_BYTES = 15;

export function parseDoers(rule: TableReader, key: 'ignore' | 'only'): readonly DoerPattern[] {
  const entries = rule.below(key, KEYS);
  if (entries.length > MAX_ENTRIES) rule.fail([key], `has ${entries.length} entries, expected at most ${MAX_ENTRIES}`);
  return entries.map(parseDoer);
}

function parseDoer(entry: TableReader): DoerPattern {
  const found = KEYS.filter((key) => entry.has(key)).map((key) => [key, valuesOf(entry, key)]);
  if (found.length === 0) entry.failHere(`it is empty and would fit everybody, expected one of ${KEYS.join(', ')}`);
  return Object.fromEntries(found);
}

function valuesOf(entry: TableReader, key: DoerKey): readonly unknown[] {
  const values = entry.oneOrMore(key, CHECKS[key].expected) ?? [];
  if (values.length === 0) entry.fail([key], 'is an empty list', 'leave the key out');
  return values.map((value, at) => {
    const checked = CHECKS[key].check(value);
    if ('is' in checked) return checked.is;
    const why = checked.wrong ?? `has ${shown(value)}, expected ${CHECKS[key].expected}`;
    return entry.fail(entry.isList(key) ? [key, at] : [key], why);
  });
}

type Checked = { readonly is: unknown } | { readonly wrong?: string };

interface Check {
  readonly expected: string;
  readonly check: (value: unknown) => Checked;
}

const ACCOUNT: Check = { expected: 'a name or a number', check: account };
const NAME: Check = { expected: 'the name of a process, at most 15 bytes', check: comm };

const CHECKS: Readonly<Record<DoerKey, Check>> = {
  login: { expected: 'a user name, a number, or "unset" for services', check: account },
  user: ACCOUNT,
  group: ACCOUNT,
  exe: { expected: 'the whole path of a program', check: program },
  comm: NAME,
  parent: NAME,
  unit: { expected: 'a systemd unit, as "nginx.service"', check: unit },
  session: { expected: 'the number of an audit session', check: session },
};

function account(value: unknown): Checked {
  return isId(value) || isName(value) ? { is: value } : {};
}

function session(value: unknown): Checked {
  return isId(value) ? { is: value } : {};
}

function program(value: unknown): Checked {
  if (!isName(value)) return {};
  const result = checkProgram(value);
  return 'realPath' in result ? { is: result.realPath } : { wrong: `has ${shown(value)}, which ${result.refused}` };
}

function comm(value: unknown): Checked {
  if (!isName(value)) return {};
  const bytes = Buffer.from(value);
  if (bytes.length <= COMM_BYTES) return { is: value };
  const kept = shown(bytes.subarray(0, COMM_BYTES).toString());
  return {
    wrong: `has ${shown(value)}, which is too long: the kernel keeps ${COMM_BYTES} bytes of a name; write ${kept}`,
  };
}

function unit(value: unknown): Checked {
  if (!isName(value)) return {};
  return value.includes('.')
    ? { is: value }
    : { wrong: `has ${shown(value)}, which has no type; write ${shown(`${value}.service`)}` };
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_ID;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\0');
}
