/**
 * A line of JSON from another program → a question. docs/query-socket.md is its contract. Pure. Whatever is wrong with it is said; keys
 * that are not known are for a later version.
 */
import { FindTextError } from '../errors.js';
import { type Command, parseCommand } from './command.js';

/** A client that forgets where its line ends is told so. */
export const MAX_LINE_BYTES = 64 * 1024;
const DEFAULT_LIMIT = 10;
export const MAX_LIMIT = 1000;
const DEFAULT_LINES = 20;
const MAX_LINES = 200;

/** Comes back with the answer. */
export type RequestId = string | number;

interface Asked {
  readonly id?: RequestId;
  readonly query: string;
  /** What `~` and `.` mean in `in:`. */
  readonly home?: string;
  readonly cwd?: string;
}

export interface HitsRequest extends Asked {
  readonly wants: 'hits';
  readonly limit: number;
}

export interface PreviewRequest extends Asked {
  readonly wants: 'preview';
  readonly path: Buffer;
  /** Where in the file. */
  readonly innerPath: Buffer | undefined;
  readonly lines: number;
}

export interface CommandRequest extends Asked {
  readonly wants: 'command';
  readonly command: Command;
}

export type Request = HitsRequest | PreviewRequest | CommandRequest;

type Given = Readonly<Record<string, unknown>>;

/** @throws FindTextError FT_REQUEST_INVALID */
export function parseRequest(line: string): Request {
  const given = parseObject(line);
  const asked = {
    ...optional('id', idOf(given)),
    query: text(given, 'query', ''),
    ...optional('home', folder(given, 'home')),
    ...optional('cwd', folder(given, 'cwd')),
  };
  if (given.command !== undefined) return { ...asked, wants: 'command', command: parseCommand(given.command) };
  const path = bytes(given, 'path');
  if (!path) return { ...asked, wants: 'hits', limit: count(given, 'limit', DEFAULT_LIMIT, MAX_LIMIT) };
  const lines = count(given, 'lines', DEFAULT_LINES, MAX_LINES);
  return { ...asked, wants: 'preview', path, innerPath: bytes(given, 'inner'), lines };
}

/** Of a line that may make no sense otherwise. */
export function tryId(line: string): RequestId | undefined {
  try {
    return idOf(parseObject(line));
  } catch {
    return undefined;
  }
}

function parseObject(line: string): Given {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw invalid(`a line is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('a line is no JSON object');
  return value as Given;
}

function idOf({ id }: Given): RequestId | undefined {
  if (id === undefined || typeof id === 'string' || typeof id === 'number') return id;
  throw invalid('`id` must be a text or a number');
}

function text(given: Given, key: string, otherwise: string): string {
  const value = given[key] ?? otherwise;
  if (typeof value !== 'string') throw invalid(`\`${key}\` must be a text`);
  return value;
}

function folder(given: Given, key: string): string | undefined {
  if (given[key] === undefined) return undefined;
  const path = text(given, key, '');
  if (path.startsWith('/') && !path.includes('\0')) return path;
  throw invalid(`\`${key}\` must be an absolute path`);
}

/** `path`, or `pathHex` for bytes that are not UTF-8: as a hit has them. */
function bytes(given: Given, key: string): Buffer | undefined {
  const hex = given[`${key}Hex`];
  if (hex === undefined) return given[key] === undefined ? undefined : Buffer.from(text(given, key, ''));
  if (typeof hex === 'string' && /^(?:[0-9a-f]{2})+$/i.test(hex)) return Buffer.from(hex, 'hex');
  throw invalid(`\`${key}Hex\` must be bytes in hexadecimal`);
}

function count(given: Given, key: string, otherwise: number, most: number): number {
  const value = given[key] ?? otherwise;
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most) return value as number;
  throw invalid(`\`${key}\` must be a number from 1 to ${most}`);
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: Value });
}

function invalid(why: string): FindTextError {
  const hint = 'docs/query-socket.md says what a request may be';
  return new FindTextError('FT_REQUEST_INVALID', `read a request: ${why}`, { hint });
}
