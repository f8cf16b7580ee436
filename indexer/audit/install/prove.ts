/**
 * Proves that changes in a watched folder arrive in its log, each kind of change that find-text relies on, as the
 * folder's owner, who may have put a symlink in the way of root. prove-reads.ts does the same for reads.
 */
import { lstatSync } from 'node:fs';
import { displayPath } from '../../../shared/path-text.js';
import { ChangeLogReader } from '../log/log-reader.js';
import { type AuditConfig, logDirectoryOf, type WatchedRoot } from '../plugin/audit-config.js';
import { type Outcome, PROBE_SECONDS, runProbe, type Steps } from './probe.js';
import type { RunCommand } from './run-command.js';

/** `untried`: the folder cannot be written to, even by its owner. */
export type Proof = Outcome & {
  readonly about: 'changes' | 'reads';
  readonly folder: Buffer;
};

/** In the order of PROBE. */
const STEPS: Steps = {
  create: { what: 'making a file', kind: 'create', file: '-a' },
  write: { what: 'opening for writing', kind: 'write', file: '-a' },
  chmod: { what: 'changing permissions (chmod)', kind: 'attrib', file: '-a' },
  empty: { what: 'emptying by opening', kind: 'write', file: '-b' },
  truncate: { what: 'cutting off (truncate)', kind: 'write', file: '-c' },
  rename: { what: 'renaming', kind: 'rename', file: '-a' },
  delete: { what: 'deleting', kind: 'delete', file: '-d' },
};

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
  const outcome = await runProbe(logReader(config, root), { steps: STEPS, touch: (name) => touch(root, name, run) });
  return { ...outcome, about: 'changes', folder: root.path };
}

export function logReader(config: AuditConfig, root: WatchedRoot): ChangeLogReader {
  return new ChangeLogReader(logDirectoryOf(config, root), root.path, undefined, [0, root.owner.uid]);
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
    if (!isOk) return whyFailed(output);
    const truncate = run([PERL, '-e', TRUNCATE, ...where, `${name}-c`], { uid, gid });
    return { ...(JSON.parse(output) as object), ...(!truncate.isOk && { truncate: truncate.output }) };
  } catch (error) {
    return (error as Error).message;
  }
}

/** The line that matters of what node prints. */
export function whyFailed(output: string): string {
  return /Error: .*/.exec(output)?.[0] ?? output;
}

export function describeProof(proof: Proof): string {
  const path = displayPath(proof.folder);
  const isOfChanges = proof.about === 'changes';
  if (proof.kind === 'untried') return `${path}: not tried, no file can be made there (${proof.why})`;
  const failed = proof.kind === 'seen' && proof.failed.length > 0 ? `; not tried: ${proof.failed.join(', ')}` : '';
  const what = isOfChanges ? 'every kind of change' : 'every kind of read that is asked for';
  if (proof.kind === 'seen') return `${path}: ${what} was in the change log after ${proof.tookMs} ms${failed}`;
  const within = `within ${PROBE_SECONDS} s`;
  return proof.isAll && isOfChanges
    ? `${path}: a new file did not arrive in the change log ${within}`
    : `${path}: did not arrive in the change log ${within}: ${proof.missing.join(', ')}`;
}
