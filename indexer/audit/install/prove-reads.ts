/**
 * Proves that the reads that are asked for arrive in the log of a watched folder: who opens a file, and who is not
 * allowed to. It is done in each folder that has a rule for reads, as the owner of that folder. A path in a folder of
 * somebody else may lead anywhere by the time it is opened. Root is never denied anything, so it becomes nobody for
 * that; what nobody cannot even see the kernel does not report.
 */
import { lstatSync } from 'node:fs';
import type { AuditConfig, ReadWatch, WatchedRoot } from '../plugin/audit-config.js';
import { runProbe, type Steps } from './probe.js';
import { logReader, type Proof, whyFailed } from './prove.js';
import type { RunCommand } from './run-command.js';

const READ: Steps = { read: { what: 'opening for reading', kind: 'open', file: '-r' } };
const DENIED: Steps = { denied: { what: 'being denied (EACCES)', kind: 'denied', file: '-n' } };

/** Goes into the folder first, and makes sure that it is the one that stands there, and its own. */
const PROBE = `
const fs = require('node:fs');
const [, folder, inode, nobody, name] = process.argv;
const path = Buffer.from(folder, 'hex');
const fd = fs.openSync(path, fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW);
const { ino, uid } = fs.fstatSync(fd);
const isThere = fs.readlinkSync('/proc/self/fd/' + fd, 'buffer').equals(path);
if (!isThere || ino !== Number(inode) || uid !== process.getuid()) throw new Error('another folder stands there');
process.chdir('/proc/self/fd/' + fd);
const open = (file, flags, mode) => fs.closeSync(fs.openSync(name + file, flags, mode));
const failed = {};
const step = (what, file, mode, work) => {
  open(file, 'wx', mode);
  try { work(file); } catch (error) { failed[what] = error.code || String(error); }
  fs.unlinkSync(name + file);
};
const beDenied = (file) => {
  try { open(file, 'r'); } catch (error) { if (error.code === 'EACCES') return; throw error; }
  throw new Error('allowed');
};
step('read', '-r', 0o600, (file) => open(file, 'r'));
step('denied', '-n', 0, (file) => {
  if (uid !== 0) return beDenied(file);
  process.seteuid(Number(nobody));
  try {
    fs.statSync(name + file);
    beDenied(file);
  } finally { process.seteuid(0); }
});
console.log(JSON.stringify(failed));
`;

/** One for each folder that has a rule. */
export async function proveReads(config: AuditConfig, root: WatchedRoot, run: RunCommand): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  for (const folder of root.reads?.folders ?? []) {
    const steps = stepsOf(root.reads as ReadWatch);
    if (Object.keys(steps).length === 0) continue;
    const touch = (name: string) => read(folder, [String(config.runAs.uid), name], run);
    proofs.push({ ...(await runProbe(logReader(config, root), { steps, touch })), about: 'reads', folder });
  }
  return proofs;
}

/** It is node that reads. */
function stepsOf({ isOpened, isDenied, exes }: ReadWatch): Steps {
  return { ...(isOpened && !exes.includes(process.execPath) && READ), ...(isDenied && DENIED) };
}

function read(
  folder: Buffer,
  [nobody, name]: readonly string[],
  run: RunCommand,
): Readonly<Record<string, string>> | string {
  try {
    const { uid, gid, ino } = lstatSync(folder);
    const where = [folder.toString('hex'), String(ino), String(nobody), String(name)];
    const { isOk, output } = run([process.execPath, '-e', PROBE, ...where], { uid, gid });
    return isOk ? (JSON.parse(output) as Readonly<Record<string, string>>) : whyFailed(output);
  } catch (error) {
    return (error as Error).message;
  }
}
