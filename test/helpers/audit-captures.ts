/**
 * The captures in test/fixtures/audit with their ground truth, and what `audit changes` says of them.
 * Paths are latin1 strings, one character a byte: comparable, and readable where a test fails.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runAuditChanges } from '../../indexer/commands/audit/changes.js';
import { TextSink } from './text-sink.js';

export const CAPTURES = fileURLToPath(new URL('../fixtures/audit', import.meta.url));

export interface Op {
  readonly op: string;
  readonly action: string;
  readonly paths: readonly string[];
  readonly pid: number;
  readonly ok: boolean;
  readonly t0: number;
  readonly ino: number | null;
  readonly net: Net;
}

/** What differed in the tree after the operation. */
export type Net = Readonly<Record<'created' | 'deleted' | 'replaced' | 'modified' | 'attrib', readonly string[]>>;

export interface Capture {
  readonly name: string;
  readonly scenario: string;
  readonly log: Buffer;
  readonly watch: string;
  readonly outside: string;
  readonly ops: readonly Op[];
}

/** A line of `audit changes`, its paths as latin1 strings. */
export interface Change {
  readonly serial: number;
  readonly timestamp: number;
  readonly kind: string;
  readonly certainty: string;
  readonly path: string | undefined;
  readonly to: string | undefined;
  readonly name: string | undefined;
  readonly toName: string | undefined;
  readonly inode: number | null;
  readonly parentInode: number | undefined;
  readonly toParentInode: number | undefined;
  readonly eitherParent: readonly { readonly inode: number }[] | undefined;
  readonly pid: number;
}

export function loadCaptures(folder = CAPTURES): Capture[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => loadCapture(folder, name.slice(0, -'.log'.length)));
}

function loadCapture(folder: string, name: string): Capture {
  const truth = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
  return {
    name,
    scenario: truth.scenario,
    log: readFileSync(join(folder, `${name}.log`)),
    watch: truth.watch,
    outside: truth.outside,
    ops: truth.ops.map(readOp),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the ground truth is a file of our own.
function readOp({ op, action, paths_hex, pid, ok, t0, ino, net }: any): Op {
  const list = (kind: string): string[] =>
    net[`${kind}_hex`]?.map(fromHex) ?? (net[kind] ?? []).map((path: string) => Buffer.from(path).toString('latin1'));
  return {
    op,
    action,
    paths: paths_hex.map(fromHex),
    pid,
    ok,
    t0,
    ino,
    net: {
      created: list('created'),
      deleted: list('deleted'),
      replaced: list('replaced'),
      modified: list('modified'),
      attrib: list('attrib'),
    },
  };
}

function fromHex(hex: string): string {
  return Buffer.from(hex, 'hex').toString('latin1');
}

export async function auditChanges(log: Uint8Array, key?: string): Promise<Change[]> {
  const text = await auditChangesText(log, 'jsonl', key);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => readChange(JSON.parse(line)));
}

export async function auditChangesText(log: Uint8Array, format: 'jsonl' | 'text', key?: string): Promise<string> {
  const output = new TextSink();
  const stdin = Readable.from([Buffer.from(log)]);
  await runAuditChanges({ format, key }, { stdin, stdout: output, stderr: new TextSink() });
  return output.text;
}

// biome-ignore lint/suspicious/noExplicitAny: what the line must look like is tested in change-line.test.ts.
function readChange(line: any): Change {
  const bytes = (name: string): string | undefined => {
    if (typeof line[name] !== 'string') return undefined;
    return line[`${name}Hex`] ? fromHex(line[`${name}Hex`]) : Buffer.from(line[name]).toString('latin1');
  };
  return {
    ...line,
    path: bytes('path'),
    to: bytes('to'),
    name: bytes('name'),
    toName: bytes('toName'),
    pid: line.who.pid,
  };
}

/** The operation that made the change: each was a process of its own, whose children have the next higher numbers. */
export function opOf(change: Change, ops: readonly Op[]): Op | undefined {
  return ops.findLast((op) => op.pid <= change.pid);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
