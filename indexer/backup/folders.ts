/**
 * Backups that are folders: snapshots of btrfs and ZFS, and copies by rsync, rsnapshot, Timeshift. A copy has the path
 * of its file below the folder of the snapshot.
 */
import { lstat, realpath } from 'node:fs/promises';
import { reasonText, systemCode } from '../../shared/errors.js';
import { hangingPoints, readMounts } from '../../shared/mounts.js';
import { displayPath } from '../../shared/path-text.js';
import { isWithin } from '../../shared/path-within.js';
import { joinPath, splitPath, toBytes } from '../../shared/paths.js';
import { probe } from '../../shared/volume-probe.js';
import { copyCommand } from './copy-command.js';
import { fileDigest } from './file-digest.js';
import { fixedPart, type Match, matchesOf } from './folder-template.js';
import type { FoldersPlace, TimeWay } from './places.js';
import { ToolFailed } from './run-tool.js';
import { shellWord } from './shell-word.js';
import { subvolumeTime, timeInName, timeOfParts } from './snapshot-time.js';
import { type Ask, type BackupTool, type Copy, FOLDERS_KEEP_MS, type Snapshot, type Wanted } from './tool.js';

const PROBE_MS = 5000;
/** Inode of the uppermost folder of each btrfs subvolume. */
const SUBVOLUME_INODE = 256;

interface FolderSnapshot extends Snapshot {
  readonly folder: Buffer;
  readonly below: Buffer;
}

export class Folders implements BackupTool {
  readonly keepMs = FOLDERS_KEEP_MS;

  constructor(private readonly place: FoldersPlace) {}

  async snapshots(_wanted: Wanted, ask: Ask): Promise<readonly FolderSnapshot[]> {
    const ofZfs = this.place.time === 'zfs' ? await zfsTimes(this.place.below, ask) : undefined;
    const found: FolderSnapshot[] = [];
    let trouble: unknown;
    for (const { template, below } of this.place.views) {
      await requireAnswer(fixedPart(template));
      const matches = await matchesOf(template).catch((error: unknown) => {
        trouble ??= error;
        return [];
      });
      for (const match of matches) {
        const atMs = ofZfs ? ofZfs.get(match.name) : await timeOf(match, this.place.time);
        if (atMs !== undefined) found.push({ id: idOf(match), atMs, folder: match.folder, below: toBytes(below) });
      }
    }
    if (found.length === 0 && trouble)
      throw new ToolFailed(
        `look into ${displayPath(fixedPart(this.place.views[0]?.template ?? '/'))}: ${reasonText(trouble)}`,
      );
    return found;
  }

  async copyIn(snapshot: FolderSnapshot, { path }: Wanted): Promise<Copy | undefined> {
    if (!isWithin(path, snapshot.below)) return undefined;
    const copy = inSnapshot(snapshot, path);
    try {
      const { size, mtimeMs } = await lstat(copy);
      if (!(await leadsNowhereElse(snapshot.folder, copy))) return undefined;
      const restore = copyCommand(shellWord(copy), path);
      return { path: copy, size, mtimeMs, restore, digest: () => fileDigest(copy) };
    } catch (error) {
      if (/^(ENOENT|ENOTDIR)$/.test(systemCode(error) ?? '')) return undefined;
      throw new ToolFailed(`look at ${displayPath(copy)}: ${reasonText(error)}`);
    }
  }
}

function inSnapshot({ folder, below }: FolderSnapshot, path: Buffer): Buffer {
  const rest = path.subarray(below.length === 1 ? 1 : below.length + 1);
  return rest.length === 0 ? folder : joinPath(folder, rest);
}

/** A folder of the path that was a symlink at that time would lead to files of today. */
async function leadsNowhereElse(folder: Buffer, copy: Buffer): Promise<boolean> {
  if (copy.equals(folder)) return true;
  const { directory } = splitPath(copy);
  const [realFolder, realDirectory] = [await real(folder), await real(directory)];
  return realDirectory.equals(Buffer.concat([realFolder, directory.subarray(folder.length)]));
}

function real(path: Buffer): Promise<Buffer> {
  return realpath(path, { encoding: 'buffer' });
}

async function timeOf(match: Match, way: TimeWay): Promise<number | undefined> {
  const hasDate = match.date.Y !== undefined;
  if (way === 'name' || (way === 'auto' && hasDate)) return hasDate ? timeOfParts(match.date) : timeInName(match.name);
  const ofSubvolume = way === 'mtime' ? undefined : await timeOfSubvolume(match.folder);
  if (way === 'subvolume' || ofSubvolume !== undefined) return ofSubvolume;
  return (way === 'auto' ? timeInName(match.name) : undefined) ?? (await modifiedMs(match.named));
}

async function timeOfSubvolume(folder: Buffer): Promise<number | undefined> {
  const ino = await lstat(folder).then(
    (stat) => stat.ino,
    () => 0,
  );
  return ino === SUBVOLUME_INODE ? subvolumeTime(folder) : undefined;
}

function modifiedMs(folder: Buffer): Promise<number | undefined> {
  return lstat(folder).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

/** The folder of a ZFS snapshot has the times of its source: `zfs list` knows. In seconds. */
async function zfsTimes(below: string, { run }: Ask): Promise<ReadonlyMap<string, number>> {
  const dataset = (await run({ argv: ['zfs', 'list', '-H', '-o', 'name', below] })).toString().trim();
  const listed = await run({
    argv: ['zfs', 'list', '-H', '-p', '-t', 'snapshot', '-o', 'name,creation', '-d', '1', dataset],
  });
  return new Map(
    listed
      .toString('latin1')
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [name = '', seconds] = line.split('\t');
        return [name.slice(name.indexOf('@') + 1), Number(seconds) * 1000] as const;
      }),
  );
}

/** Asks a network or FUSE volume in a child first: a look at one that hangs would hold a thread for ever. */
async function requireAnswer(folder: Buffer): Promise<void> {
  const point = hangingPoints(readMounts())
    .filter((mount) => isWithin(folder, mount))
    .sort((one, other) => other.length - one.length)[0];
  if (!point) return;
  const { answer, end } = probe(point);
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), PROBE_MS);
  });
  const isSilent = await Promise.race([answer.then(() => false), silence]);
  clearTimeout(timer);
  if (!isSilent) return;
  end();
  throw new ToolFailed(`the volume ${displayPath(point)} did not answer in ${PROBE_MS / 1000} s`);
}

function idOf({ named }: Match): string {
  return displayPath(splitPath(named).name);
}
