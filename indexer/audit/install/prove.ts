/**
 * Proves that changes in a watched folder arrive in its log, each kind of change that find-text relies on: does them to
 * files of its own and removes these again, in a process of its own (one that was started before auditing was switched
 * on would not be seen) and as the folder's owner, who may have put a symlink in the way of root.
 */
import { randomBytes } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { displayPath } from '../../../shared/path-text.js';
import type { ChangeKind, FileChange } from '../changes/file-change.js';
import { ChangeLogReader } from '../log/log-reader.js';
import { type AuditConfig, logDirectoryOf, type WatchedRoot } from '../plugin/audit-config.js';
import type { RunCommand } from './run-command.js';

export type Proof =
  | { readonly kind: 'seen'; readonly root: WatchedRoot; readonly tookMs: number; readonly failed: readonly string[] }
  /** @see Step.what  of those that did not arrive; all of them: nothing arrives. */
  | {
      readonly kind: 'unseen';
      readonly root: WatchedRoot;
      readonly missing: readonly string[];
      readonly isAll: boolean;
    }
  /** The folder cannot be written to, even by its owner. */
  | { readonly kind: 'untried'; readonly root: WatchedRoot; readonly why: string };

interface Step {
  readonly what: string;
  readonly kind: ChangeKind;
  /** What its file has behind the common name. */
  readonly file: string;
}

/** In the order of PROBE. */
const STEPS: Readonly<Record<string, Step>> = {
  create: { what: 'making a file', kind: 'create', file: '-a' },
  write: { what: 'opening for writing', kind: 'write', file: '-a' },
  chmod: { what: 'changing permissions (chmod)', kind: 'attrib', file: '-a' },
  empty: { what: 'emptying by opening', kind: 'write', file: '-b' },
  truncate: { what: 'cutting off (truncate)', kind: 'write', file: '-c' },
  rename: { what: 'renaming', kind: 'rename', file: '-a' },
  delete: { what: 'deleting', kind: 'delete', file: '-d' },
  read: { what: 'opening for reading', kind: 'open', file: '-a' },
};

/** Twice: the first may be what makes auditd notice that it has to start the plugin again. */
const TRIES = 2;
const PATIENCE_MS = 2500;
const POLL_MS = 20;

/**
 * Goes into the folder first, which nobody can swap afterwards. Prints which steps it could not do, and why.
 */
const PROBE = `
const fs = require('node:fs');
const [, folder, inode, name] = process.argv;
const fd = fs.openSync(Buffer.from(folder, 'hex'), fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW);
if (fs.fstatSync(fd).ino !== Number(inode)) throw new Error('another folder stands there');
process.chdir('/proc/self/fd/' + fd);
const open = (file, flags) => fs.closeSync(fs.openSync(name + file, flags, 0o600));
for (const file of ['-a', '-b']) open(file, 'wx');
const failed = {};
const step = (what, work) => { try { work(); } catch (error) { failed[what] = error.code || String(error); } };
step('write', () => open('-a', 'r+'));
step('read', () => open('-a', 'r'));
step('chmod', () => fs.chmodSync(name + '-a', 0o640));
step('empty', () => open('-b', 'w'));
step('rename', () => fs.renameSync(name + '-a', name + '-d'));
step('delete', () => { for (const file of ['-b', '-d']) fs.unlinkSync(name + file); });
for (const file of ['-a', '-b', '-d']) fs.rmSync(name + file, { force: true });
console.log(JSON.stringify(failed));
`;

/** Node does not call truncate itself, perl does; where there is none, that step is left out. */
const PERL = '/usr/bin/perl';
const TRUNCATE = `
my ($folder, $inode, $name) = @ARGV;
chdir(pack('H*', $folder)) && (stat('.'))[1] == $inode or die 'another folder stands there';
open(FILE, '>', $name) or die $!;
close(FILE);
my $isDone = truncate($name, 0);
unlink($name);
exit($isDone ? 0 : 1);
`;

export async function prove(config: AuditConfig, root: WatchedRoot, run: RunCommand): Promise<Proof> {
  const reader = new ChangeLogReader(logDirectoryOf(config, root), root.path, undefined, [0, root.owner.uid]);
  const steps = Object.keys(STEPS).filter((step) => step !== 'read' || isReadSeen(root));
  let missing = steps;
  for (let tries = 0; tries < TRIES; tries++) {
    const name = `.find-text-probe-${randomBytes(6).toString('hex')}`;
    const startedMs = performance.now();
    const done = touch(root, name, run);
    if (typeof done === 'string') return { kind: 'untried', root, why: done };
    missing = await untilAllCome(
      reader,
      name,
      steps.filter((step) => !(step in done)),
    );
    const tookMs = Math.round(performance.now() - startedMs);
    if (missing.length === 0) return { kind: 'seen', root, tookMs, failed: Object.keys(done).map(whatOf) };
  }
  return { kind: 'unseen', root, missing: missing.map(whatOf), isAll: missing.includes('create') };
}

/** The probe is in the root itself, and node reads it. */
function isReadSeen({ path, reads }: WatchedRoot): boolean {
  return (
    reads?.isOpened === true &&
    !reads.exes.includes(process.execPath) &&
    reads.folders.some((folder) => folder.equals(path))
  );
}

function whatOf(step: string): string {
  return STEPS[step]?.what ?? step;
}

/** @returns the steps that did not come in time. */
async function untilAllCome(reader: ChangeLogReader, name: string, steps: readonly string[]): Promise<string[]> {
  const deadline = performance.now() + PATIENCE_MS;
  let missing = [...steps];
  while (missing.length > 0 && performance.now() < deadline) {
    const { items } = await reader.read();
    for (const item of items)
      if (item.kind !== 'gap') missing = missing.filter((step) => !isOf(item, STEPS[step] as Step, name));
    if (items.length === 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return missing;
}

function isOf({ kind, from }: FileChange, step: Step, name: string): boolean {
  const { path, name: last } = from;
  const file = `${name}${step.file}`;
  return kind === step.kind && (path?.includes(`/${file}`) || last?.equals(Buffer.from(file)) || false);
}

/** @returns the steps that could not be done; as text, why nothing could. */
function touch(
  { path, folder }: WatchedRoot,
  name: string,
  run: RunCommand,
): Readonly<Record<string, string>> | string {
  try {
    const { uid, gid, ino } = lstatSync(path);
    if (folder && (folder.uid !== uid || folder.inode !== ino)) return 'another folder stands there';
    const where = [path.toString('hex'), String(ino)];
    const { isOk, output } = run([process.execPath, '-e', PROBE, ...where, name], { uid, gid });
    if (!isOk) return /Error: .*/.exec(output)?.[0] ?? output;
    const truncate = run([PERL, '-e', TRUNCATE, ...where, `${name}-c`], { uid, gid });
    return { ...(JSON.parse(output) as object), ...(!truncate.isOk && { truncate: truncate.output }) };
  } catch (error) {
    return (error as Error).message;
  }
}

export function describeProof(proof: Proof): string {
  const path = displayPath(proof.root.path);
  if (proof.kind === 'untried') return `${path}: not tried, no file can be made there (${proof.why})`;
  const failed = proof.kind === 'seen' && proof.failed.length > 0 ? `; not tried: ${proof.failed.join(', ')}` : '';
  if (proof.kind === 'seen')
    return `${path}: every kind of change was in the change log after ${proof.tookMs} ms${failed}`;
  const within = `within ${(TRIES * PATIENCE_MS) / 1000} s`;
  return proof.isAll
    ? `${path}: a new file did not arrive in the change log ${within}`
    : `${path}: did not arrive in the change log ${within}: ${proof.missing.join(', ')}`;
}
