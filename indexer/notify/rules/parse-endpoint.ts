/** `[[endpoint]]` tables, and the webhook that a rule has itself: where to tell of changes, checked. */

import type { TomlPath } from '../../../shared/config/toml-places.js';
import { expandHome } from '../../../shared/expand-home.js';
import { type Endpoint, FORMATS, type SecretSource, type Target } from './rule.js';
import { shown, type TableReader } from './table-reader.js';

export const WEBHOOK_KEYS = ['webhook', 'webhookFile', 'webhookEnv'] as const;
const SECRET_KEYS = ['secretFile', 'secretEnv'] as const;
const TARGET_KEYS = [...WEBHOOK_KEYS, 'command', 'file', 'journald', 'syslog'] as const;
/** What a rule may say of its own webhook. */
export const OWN_ENDPOINT_KEYS = [...WEBHOOK_KEYS, ...SECRET_KEYS, 'format'] as const;
export const ENDPOINT_KEYS = [...TARGET_KEYS, ...SECRET_KEYS, 'name', 'format', 'ca', 'proxy', 'maxAgeHours'] as const;

const DEFAULT_MAX_AGE_HOURS = 72;
const MAX_SECRETS = 2;
const NAME = /^[\w][\w.-]{0,63}$/;

export function parseEndpoint(table: TableReader): Endpoint {
  return { ...parseOwnEndpoint(table, parseName(table), parseTarget(table)), ...parseWay(table) };
}

/** @param name  of the rule, or the endpoint's own */
export function parseOwnEndpoint(table: TableReader, name: string, target: Target): Endpoint {
  const secrets = SECRET_KEYS.flatMap((key) => parseSecrets(table, key));
  if (secrets.length > MAX_SECRETS)
    table.failHere(`there are ${secrets.length} secrets, expected at most ${MAX_SECRETS}: the new one and the old one`);
  const format = table.choice('format', FORMATS) ?? 'auto';
  return { name, target, secrets, format, maxAgeHours: DEFAULT_MAX_AGE_HOURS };
}

function parseWay(table: TableReader): Partial<Endpoint> {
  const ca = pathOf(table, 'ca');
  const proxy = table.string('proxy');
  if (proxy !== undefined) requireUrl(table, ['proxy'], proxy, ['http:', 'https:']);
  const maxAgeHours = table.integer('maxAgeHours', { min: 1, max: 8_760, unit: 'hours' });
  return { ...(ca && { ca }), ...(proxy && { proxy }), ...(maxAgeHours && { maxAgeHours }) };
}

export function parseName(table: TableReader): string {
  const expected = 'letters, digits, `-`, `_` and `.`, at most 64';
  const name = table.requiredString('name', expected);
  return NAME.test(name) ? name : table.fail(['name'], `is ${shown(name)}, expected ${expected}`);
}

function parseTarget(table: TableReader): Target {
  const given = TARGET_KEYS.filter((key) => table.has(key));
  if (given.length !== 1) {
    const found = given.length === 0 ? 'it says not where to send' : `it has ${given.join(' and ')}`;
    table.failHere(`${found}, expected one of ${TARGET_KEYS.join(', ')}`);
  }
  return parseWebhook(table) ?? parseOtherTarget(table);
}

/** @returns undefined when there is none. */
export function parseWebhook(table: TableReader): Target | undefined {
  const [key, second] = WEBHOOK_KEYS.filter((each) => table.has(each));
  if (key === undefined) return undefined;
  if (second !== undefined) table.failHere(`it has ${key} and ${second}, expected one of them`);
  return { kind: 'webhook', url: parseUrl(table, key) };
}

function parseUrl(table: TableReader, key: (typeof WEBHOOK_KEYS)[number]): SecretSource {
  const file = key === 'webhookFile' ? pathOf(table, key) : undefined;
  if (file !== undefined) return { file };
  const text = table.requiredString(key, 'a text');
  if (key === 'webhookEnv') return { env: variable(table, [key], text) };
  requireUrl(table, [key], text, ['https:', 'http:']);
  return { text };
}

function parseOtherTarget(table: TableReader): Target {
  const argv = table.strings('command', 'a program and its arguments, as a list of texts');
  if (argv) return { kind: 'command', argv: requireProgram(table, argv) };
  if (table.has('journald')) {
    if (table.flag('journald') === false) table.fail(['journald'], 'is false, expected true', 'leave the endpoint out');
    return { kind: 'journald' };
  }
  const url = table.string('syslog');
  if (url === undefined)
    return { kind: 'file', path: table.string('file') === '-' ? '-' : (pathOf(table, 'file') ?? '') };
  requireUrl(table, ['syslog'], url, ['tcp:', 'tls:']);
  return { kind: 'syslog', url };
}

function requireProgram(table: TableReader, argv: readonly string[]): readonly string[] {
  const [program] = argv;
  if (program === undefined) return table.fail(['command'], 'is empty, expected a program and its arguments');
  if (program.startsWith('/')) return argv;
  return table.fail(['command', 0], `begins with ${shown(program)}, expected the whole path of a program`);
}

function parseSecrets(table: TableReader, key: (typeof SECRET_KEYS)[number]): readonly SecretSource[] {
  const expected = key === 'secretFile' ? 'the path of a file' : 'the name of an environment variable';
  const values = table.oneOrMore(key, expected) ?? [];
  return values.map((value, at) => {
    const place = table.isList(key) ? [key, at] : [key];
    // What stands here by mistake may be the secret itself.
    if (typeof value !== 'string') return table.fail(place, `is no text, expected ${expected}`);
    return key === 'secretFile' ? { file: wholePath(table, place, value) } : { env: variable(table, place, value) };
  });
}

function variable(table: TableReader, place: TomlPath, name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  return table.fail(place, 'is not the name of an environment variable, expected one as WEBHOOK_URL');
}

function pathOf(table: TableReader, key: string): string | undefined {
  const text = table.string(key);
  return text === undefined ? undefined : wholePath(table, [key], text);
}

/** The text is not shown: it may be a secret that stands in the wrong place. */
function wholePath(table: TableReader, place: TomlPath, text: string): string {
  const path = expandHome(text);
  return path.startsWith('/')
    ? path
    : table.fail(place, 'is not a whole path, expected one as /etc/find-text/secret or ~/secret');
}

/** An address can be a secret: no more than its protocol is shown. */
function requireUrl(table: TableReader, place: TomlPath, text: string, protocols: readonly string[]): void {
  const expected = `expected an address that begins with ${protocols.map((each) => `${each}//`).join(' or ')}`;
  if (!URL.canParse(text)) return table.fail(place, `is no address, ${expected}`);
  const { protocol, username, password, hostname } = new URL(text);
  if (!protocols.includes(protocol)) table.fail(place, `begins with ${shown(protocol)}, ${expected}`);
  if (hostname === '') table.fail(place, `names no host, ${expected}`);
  if (place[0] !== 'proxy' && (username !== '' || password !== ''))
    table.fail(place, 'has a user name or a password in it, expected none', 'sign with `secretFile` instead');
}
