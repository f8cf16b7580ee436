/**
 * Asks a backup program: with a time limit, a low priority, bounded output, and no terminal that it could ask for a
 * password. It runs as the user of this process, in a process group of its own, which is killed at the limit.
 */
import { isUtf8 } from 'node:buffer';
import { type ChildProcess, spawn } from 'node:child_process';
import { cleanText } from '../../shared/path-text.js';
import { toBytes } from '../../shared/paths.js';
import { childEnd } from '../system/child-end.js';

export interface ToolRun {
  /** The program, by name or path, and its arguments: bytes, as paths are. */
  readonly argv: readonly (string | Uint8Array)[];
  /** Added to what it inherits: secrets belong here. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Why a backup place gives no answer, in words for a person. */
export class ToolFailed extends Error {}

const MAX_OUTPUT_BYTES = 16 << 20;
const MAX_ERROR_BYTES = 16 << 10;
const MAX_REASON_CHARACTERS = 200;
const NICE = ['nice', '-n', '10'] as const;
const NOT_FOUND = [126, 127];
/** What backup programs and what they connect with are set up by. Not GIT_*: it could lead git elsewhere. */
const INHERITED =
  /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|XDG_\w+|SSH_AUTH_SOCK|(?:https?|no|all)_proxy|(?:AWS|AZURE|B2|BORG|GOOGLE|OS|RCLONE|RESTIC|ST)_\w+)$/i;
/** Node hands arguments over as text only: printf turns \0ooo into a byte, and the dot keeps a last line feed. */
const BYTES_SCRIPT = `for a do shift; v=$(printf '%b.' "$a"); set -- "$@" "\${v%.}"; done; exec ${NICE.join(' ')} "$@"`;

/** @returns what it printed. @throws ToolFailed */
export function runTool({ argv, env = {} }: ToolRun, timeoutMs: number): Promise<Buffer> {
  const name = nameOf(argv[0] ?? '');
  const [command, ...args] = commandLine(argv);
  const child = spawn(command as string, args, {
    cwd: '/',
    detached: true,
    env: { ...inherited(), LC_ALL: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.unref();
  return new Promise((resolve, reject) => {
    const output = gather(child.stdout, MAX_OUTPUT_BYTES, () =>
      fail(`${name} printed more than ${MAX_OUTPUT_BYTES >> 20} MiB`),
    );
    const errors = gather(child.stderr, MAX_ERROR_BYTES, () => {});
    const timer = setTimeout(() => fail(`${name} did not answer in ${seconds(timeoutMs)} s`), timeoutMs);
    const fail = (reason: string) => {
      clearTimeout(timer);
      killGroup(child);
      reject(new ToolFailed(reason));
    };
    child.on('error', (error) => fail(`${name} cannot be run: ${cleanText(error.message)}`));
    void childEnd(child).then(({ status, signal }) => {
      clearTimeout(timer);
      for (const stream of child.stdio) stream?.destroy();
      if (status === 0) resolve(output());
      else if (NOT_FOUND.includes(status ?? 0) && /^nice:/m.test(errors().toString())) fail(`${name} is not installed`);
      else fail(`${name}: ${reasonIn(errors().toString(), Object.values(env)) || (signal ?? `exit status ${status}`)}`);
    });
  });
}

function commandLine(argv: ToolRun['argv']): string[] {
  if (argv.every((arg) => isUtf8(toBytes(arg)))) return [...NICE, ...argv.map((arg) => toBytes(arg).toString())];
  return ['/bin/sh', '-c', BYTES_SCRIPT, 'sh', ...argv.map(octal)];
}

function octal(arg: string | Uint8Array): string {
  return Array.from(toBytes(arg), (byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
}

function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => INHERITED.test(name)));
}

/** Keeps the first bytes, and goes on reading, so that the program can end. */
function gather(stream: NodeJS.ReadableStream, maxBytes: number, onMore: () => void): () => Buffer {
  const pieces: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (piece: Buffer) => {
    if (bytes < maxBytes) pieces.push(piece);
    bytes += piece.length;
    if (bytes > maxBytes) onMore();
  });
  return () => Buffer.concat(pieces).subarray(0, maxBytes);
}

function killGroup(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** The line that says it, without what must not be told. */
function reasonIn(errors: string, secrets: readonly string[]): string {
  const lines = errors.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((text) => /^(?:fatal|error)\b/i.test(text)) ?? lines.at(-1) ?? '';
  const told = secrets
    .filter((secret) => secret.length > 3)
    .reduce((text, secret) => text.replaceAll(secret, '…'), line);
  return cleanText(told.replace(/(:\/\/)[^/@\s]*@/g, '$1…@')).slice(0, MAX_REASON_CHARACTERS);
}

function nameOf(program: string | Uint8Array): string {
  return cleanText(toBytes(program).toString().replace(/^.*\//s, ''));
}

function seconds(ms: number): string {
  return String(Math.round(ms / 100) / 10);
}
