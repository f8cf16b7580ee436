/**
 * What find-text says to the daemon of the same build, so that it answers as the program itself would: all that the
 * output depends on. It comes back as bytes and the exit status. Pure.
 */
import { FindTextError } from '../errors.js';

/** What of the environment a search looks at. */
const VARIABLES = ['HOME', 'XDG_DATA_HOME', 'NO_COLOR', 'TERM'] as const;
export type Environment = Readonly<Partial<Record<(typeof VARIABLES)[number], string>>>;

/** Where standard output is a terminal. */
export interface Terminal {
  readonly columns: number;
  readonly host: string;
}

export interface Command {
  /** Which code asks: another one may answer otherwise. */
  readonly build: string;
  /** surroundings.ts */
  readonly surroundings: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Environment;
  readonly terminal?: Terminal;
}

/** The descriptor, and bytes that were written to it at once: each a character. */
export type Printed = readonly [fd: 1 | 2, bytes: string];

export interface CommandAnswer {
  readonly printed: readonly Printed[];
  /** Of an answer: found, or nothing found. */
  readonly status: 0 | 1;
}

/** Of this program. */
export const BUILD = process.env.FIND_TEXT_BUILD ?? 'unbuilt';

export function environmentOf(env: NodeJS.ProcessEnv): Environment {
  return Object.fromEntries(VARIABLES.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** @throws FindTextError FT_REQUEST_INVALID */
export function parseCommand(value: unknown): Command {
  const { build, surroundings, argv, cwd, env, terminal } = (value ?? {}) as Record<string, unknown>;
  const isCommand =
    [build, surroundings, cwd].every(isText) &&
    Array.isArray(argv) &&
    argv.every(isText) &&
    isRecord(env) &&
    Object.values(env).every(isText) &&
    (terminal === undefined || (isRecord(terminal) && Number.isInteger(terminal.columns) && isText(terminal.host)));
  if (isCommand) return value as Command;
  throw new FindTextError('FT_REQUEST_INVALID', 'read a request: `command` is for find-text of the same build');
}

/** @returns undefined: it is none. */
export function parseCommandAnswer(line: string): CommandAnswer | undefined {
  const { printed, status } = (parseJson(line) ?? {}) as Record<string, unknown>;
  const isAnswer = (status === 0 || status === 1) && Array.isArray(printed) && printed.every(isPrinted);
  return isAnswer ? { printed, status } : undefined;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isPrinted(value: unknown): value is Printed {
  return Array.isArray(value) && (value[0] === 1 || value[0] === 2) && isText(value[1]);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
