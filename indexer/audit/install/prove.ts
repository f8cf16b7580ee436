/**
 * Proves that a change in a watched folder arrives in its log: makes a file there and removes it again, in a process of its
 * own (one that was started before auditing was switched on would not be seen) and as the folder's owner, who may have put
 * a symlink in the way of root.
 */
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { displayPath, joinPath } from '../../../shared/paths.js';
import { ChangeLogReader } from '../log/log-reader.js';
import { type AuditConfig, logDirectoryOf, type WatchedRoot } from '../plugin/audit-config.js';
import type { RunCommand } from './run-command.js';

export type Proof =
  | { readonly kind: 'seen'; readonly root: WatchedRoot; readonly tookMs: number }
  | { readonly kind: 'unseen'; readonly root: WatchedRoot }
  /** The folder cannot be written to, even by its owner. */
  | { readonly kind: 'untried'; readonly root: WatchedRoot; readonly why: string };

/** Twice: the first may be what makes auditd notice that it has to start the plugin again. */
const TRIES = 2;
const PATIENCE_MS = 2500;
const POLL_MS = 20;
const PROBE = `
const fs = require('node:fs');
const path = Buffer.from(process.argv[1], 'hex');
fs.closeSync(fs.openSync(path, 'wx', 0o600));
fs.unlinkSync(path);
`;

export async function prove(config: AuditConfig, root: WatchedRoot, run: RunCommand): Promise<Proof> {
  const reader = new ChangeLogReader(logDirectoryOf(config, root), root.path, undefined, [0, root.owner.uid]);
  for (let tries = 0; tries < TRIES; tries++) {
    const name = Buffer.from(`.find-text-probe-${randomBytes(6).toString('hex')}`);
    const startedMs = performance.now();
    const why = touch(root, name, run);
    if (why !== undefined) return { kind: 'untried', root, why };
    if (await comes(reader, name)) return { kind: 'seen', root, tookMs: Math.round(performance.now() - startedMs) };
  }
  return { kind: 'unseen', root };
}

async function comes(reader: ChangeLogReader, name: Buffer): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    if (await hasCome(reader, name)) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
}

/** @returns why it could not be done. */
function touch({ path }: WatchedRoot, name: Buffer, run: RunCommand): string | undefined {
  try {
    const { uid, gid } = statSync(path);
    const argv = [process.execPath, '-e', PROBE, joinPath(path, name).toString('hex')];
    const { isOk, output } = run(argv, { uid, gid });
    return isOk ? undefined : (/Error: .*/.exec(output)?.[0] ?? output);
  } catch (error) {
    return (error as Error).message;
  }
}

async function hasCome(reader: ChangeLogReader, name: Buffer): Promise<boolean> {
  for (;;) {
    const { items } = await reader.read();
    if (items.length === 0) return false;
    for (const item of items)
      if (item.kind !== 'gap' && (item.from.path?.includes(name) || item.from.name?.equals(name))) return true;
  }
}

export function describeProof(proof: Proof): string {
  const path = displayPath(proof.root.path);
  if (proof.kind === 'seen') return `${path}: a new file was in the change log after ${proof.tookMs} ms`;
  if (proof.kind === 'untried') return `${path}: not tried, no file can be made there (${proof.why})`;
  return `${path}: a new file did not arrive in the change log within ${(TRIES * PATIENCE_MS) / 1000} s`;
}
