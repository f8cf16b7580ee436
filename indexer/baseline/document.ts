/**
 * The text of a baseline: a head that says what it is of, an empty line, one line for each file, sorted by bytes. ASCII
 * only. Pure. docs/baseline.md describes it.
 */
import { FindTextError } from '../../shared/errors.js';
import { percentDecoded, percentEncoded, percentText } from '../witness/percent.js';
import { byCodeUnits, COLUMNS, type Line, lineReader, sha256 } from './entry.js';
import type { Scope } from './scope.js';

export interface Head {
  readonly host: string;
  /** ISO 8601. */
  readonly made: string;
  /** From 1; each one that is accepted has the next. */
  readonly number: number;
  /** Who made it: the login, and the user where that is another one. */
  readonly by: string;
  readonly reason: string;
  /** SHA-256 of the one before it, or `-`. */
  readonly previous: string;
  readonly scope: Scope;
}

export interface Baseline {
  readonly head: Head;
  /** Sorted by their paths. */
  readonly lines: readonly Line[];
}

const TITLE = 'find-text baseline 1';
const MAX_HEAD_LINES = 10_000;

export function documentText({ head, lines }: Baseline): string {
  const { host, made, number, by, reason, previous, scope } = head;
  const rows = [
    TITLE,
    `host ${percentText(host)}`,
    `made ${made}`,
    `number ${number}`,
    `by ${percentText(by)}`,
    `reason ${percentText(reason)}`,
    `previous ${previous}`,
    ...scopeLines(scope),
    `rules ${rulesDigest(scope)}`,
    `entries ${lines.length}`,
    `columns ${COLUMNS}`,
    '',
    ...lines.map(({ path, rest }) => `${path} ${rest}`),
  ];
  return `${rows.join('\n')}\n`;
}

/** Another scope, another digest: what is covered was changed. */
export function rulesDigest(scope: Scope): string {
  return sha256(scopeLines(scope).join('\n'));
}

function scopeLines({ presets, paths, except }: Scope): string[] {
  return [
    ...presets.map((preset) => `preset ${preset}`),
    ...paths.map((path) => `path ${percentEncoded(path)}`),
    ...except.map((pattern) => `except ${percentEncoded(Buffer.from(pattern, 'latin1'))}`),
  ];
}

/** @throws FindTextError FT_STORE_CORRUPT with the number of the line */
export function parseDocument(text: string): Baseline {
  const end = text.indexOf('\n\n');
  const rows = text.slice(0, end).split('\n', MAX_HEAD_LINES);
  if (end < 0 || rows[0] !== TITLE) throw corrupt(1, `it does not begin with "${TITLE}"`);
  const head = parseHead(rows);
  const body = text.slice(end + 2);
  const read = lineReader(only(rows, 'columns'));
  if (!read) throw corrupt(rows.length, '`columns` are others');
  const lines = body === '' ? [] : parseLines(body, rows.length + 2, read);
  if (lines.length !== Number(only(rows, 'entries'))) throw corrupt(rows.length, 'it has lost or gained lines');
  return { head, lines };
}

function parseHead(rows: readonly string[]): Head {
  const text = (key: string) => percentDecoded(only(rows, key)).toString();
  const scope = {
    presets: all(rows, 'preset'),
    paths: all(rows, 'path').map(percentDecoded),
    except: all(rows, 'except').map((each) => percentDecoded(each).toString('latin1')),
  };
  const [made, number, previous] = [only(rows, 'made'), Number(only(rows, 'number')), only(rows, 'previous')];
  if (Number.isNaN(Date.parse(made))) throw corrupt(3, '`made` is no time');
  if (!Number.isInteger(number) || number < 1) throw corrupt(4, '`number` is no number');
  if (!/^(?:-|[0-9a-f]{64})$/.test(previous)) throw corrupt(7, '`previous` is no SHA-256');
  if (only(rows, 'rules') !== rulesDigest(scope)) throw corrupt(rows.length, '`rules` is not the digest of the scope');
  return { host: text('host'), made, number, by: text('by'), reason: text('reason'), previous, scope };
}

function parseLines(body: string, firstNumber: number, read: (text: string) => Line): Line[] {
  if (!body.endsWith('\n')) throw corrupt(firstNumber, 'its end is missing');
  const lines: Line[] = [];
  for (let from = 0, end = body.indexOf('\n'); end >= 0; from = end + 1, end = body.indexOf('\n', from)) {
    const line = lineAt(body.slice(from, end), firstNumber + lines.length, read);
    const before = lines.at(-1);
    if (before && byCodeUnits(before.path, line.path) >= 0)
      throw corrupt(firstNumber + lines.length, 'it is out of order');
    lines.push(line);
  }
  return lines;
}

function lineAt(text: string, number: number, read: (text: string) => Line): Line {
  try {
    return read(text);
  } catch {
    throw corrupt(number, 'it is no line of a baseline');
  }
}

function all(rows: readonly string[], key: string): string[] {
  return rows.filter((row) => row.startsWith(`${key} `)).map((row) => row.slice(key.length + 1));
}

function only(rows: readonly string[], key: string): string {
  const [value, ...more] = all(rows, key);
  if (value !== undefined && more.length === 0) return value;
  throw corrupt(1, `\`${key}\` is missing, or is there twice`);
}

function corrupt(line: number, why: string): FindTextError {
  return new FindTextError('FT_STORE_CORRUPT', `read the baseline, line ${line}: ${why}`);
}
