/** Folders of copies, as rsnapshot, rsync, Timeshift, snapper, btrbk and ZFS leave them. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BackupFinder, type FoundBackup, type StateBefore } from '../../../indexer/backup/backup-finder.js';
import { type BackupPlace, parseBackupPlace } from '../../../indexer/backup/places.js';
import { tempFolder } from '../../helpers/temp.js';

const HOUR = 3_600_000;
const NOW = new Date(2026, 10, 29, 12).getTime();

class World {
  readonly top = tempFolder();
  readonly live = join(this.top, 'live');
  readonly finder = new BackupFinder(join(this.top, 'cache'));

  constructor() {
    mkdirSync(this.live);
  }

  /** With its content as text, written at that time. */
  write(path: string, text: string, atMs = NOW - 100 * HOUR): Buffer {
    const file = join(this.top, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    utimesSync(file, atMs / 1000, atMs / 1000);
    return Buffer.from(file);
  }

  touch(path: string, atMs: number): void {
    utimesSync(join(this.top, path), atMs / 1000, atMs / 1000);
  }

  place(fields: Record<string, unknown>): BackupPlace {
    return parseBackupPlace({ below: this.live, ...fields });
  }

  newest(place: BackupPlace, beforeMs: number, state: StateBefore = {}, name = 'file') {
    return this.finder.newest({ path: Buffer.from(join(this.live, name)), beforeMs }, state, [place]);
  }

  async found(place: BackupPlace, beforeMs: number, state: StateBefore = {}): Promise<FoundBackup> {
    const answer = await this.newest(place, beforeMs, state);
    if ('none' in answer) throw new Error(answer.none);
    return answer;
  }
}

function paste(command: string): void {
  const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
}

describe('a folder of dated copies', () => {
  it('has its times in the names only, and is looked at from the newest before the change', async () => {
    const world = new World();
    const file = world.write('live/file', 'the change');
    world.write('backup/2026-11-26/file', 'the oldest');
    world.write('backup/2026-11-27/file', 'the state before', NOW - 50 * HOUR);
    world.write('backup/2026-11-29/file', 'the change', NOW - HOUR);
    for (const day of ['2026-11-26', '2026-11-27', '2026-11-29']) world.touch(`backup/${day}`, NOW - 1000 * HOUR);
    const found = await world.found(
      world.place({ tool: 'folders', path: join(world.top, 'backup/%Y-%m-%d') }),
      NOW - 2 * HOUR,
    );
    expect(found).toMatchObject({
      tool: 'folders',
      snapshot: '2026-11-27',
      snapshotMs: new Date(2026, 10, 27).getTime(),
      path: Buffer.from(join(world.top, 'backup/2026-11-27/file')),
      isStateBefore: null,
    });
    paste(found.restore);
    expect(readFileSync(file, 'utf8')).toBe('the state before');
  });

  it.each([
    ['%Y/%m/%d', '2026/11/27', [2026, 10, 27, 0, 0, 0]],
    ['%Y-%m-%d_%H%M%S', '2026-11-27_235901', [2026, 10, 27, 23, 59, 1]],
    ['*', 'home.20261127T0801', [2026, 10, 27, 8, 1, 0]],
    ['home.*', 'home.20261127', [2026, 10, 27, 0, 0, 0]],
    ['*/localhost', '2026-11-27_08-00-01/localhost', [2026, 10, 27, 8, 0, 1]],
    ['auto_*', 'auto_daily-2026-11-27-0659', [2026, 10, 27, 6, 59, 0]],
  ] as const)('understands %s: %s', async (template, folder, [year, month, day, hour, minute, second]) => {
    const world = new World();
    world.write(`backup/${folder}/file`, 'x');
    const { snapshotMs } = await world.found(
      world.place({ tool: 'folders', path: join(world.top, 'backup', template) }),
      NOW,
    );
    expect(snapshotMs).toBe(new Date(year, month, day, hour, minute, second).getTime());
  });

  it('takes a zone that is written', async () => {
    const world = new World();
    world.write('backup/20261127T080000+0130/file', 'x');
    const { snapshotMs } = await world.found(world.place({ tool: 'btrbk', path: join(world.top, 'backup/*') }), NOW);
    expect(snapshotMs).toBe(Date.UTC(2026, 10, 27, 6, 30));
  });

  it('takes no name that is no day', async () => {
    const world = new World();
    world.write('backup/2026-13-45/file', 'x');
    world.write('backup/other/file', 'x');
    const answer = await world.newest(world.place({ tool: 'folders', path: join(world.top, 'backup/%Y-%m-%d') }), NOW);
    expect(answer).toEqual({ none: 'it is in none of the newest backups from before' });
  });
});

describe('rotating folders, as rsnapshot makes them', () => {
  function rotated(): World {
    const world = new World();
    const below = (number: number) => `backup/alpha.${number}/localhost${world.live}/file`;
    world.write(below(2), 'older', NOW - 60 * HOUR);
    world.write(below(1), 'the state before', NOW - 30 * HOUR);
    world.write(below(0), 'the change', NOW - 2 * HOUR);
    for (const [number, hours] of [
      [2, 48],
      [1, 24],
      [0, 1],
    ] as const)
      world.touch(`backup/alpha.${number}`, NOW - hours * HOUR);
    return world;
  }

  it('have their times on themselves', async () => {
    const world = rotated();
    const file = world.write('live/file', 'the change');
    const place = parseBackupPlace({ tool: 'rsnapshot', path: join(world.top, 'backup') });
    const state = { size: 'the state before'.length, mtimeMs: NOW - 30 * HOUR };
    const found = await world.found(place, NOW - 2 * HOUR, state);
    expect(found).toMatchObject({
      tool: 'rsnapshot',
      snapshot: 'alpha.1',
      snapshotMs: NOW - 24 * HOUR,
      isStateBefore: true,
    });
    paste(found.restore);
    expect([readFileSync(file, 'utf8'), lstatSync(file).mtimeMs]).toEqual(['the state before', NOW - 30 * HOUR]);
  });

  it('are found where they are now, when they were renamed since the list was made', async () => {
    const world = rotated();
    const place = parseBackupPlace({ tool: 'rsnapshot', path: join(world.top, 'backup') });
    expect((await world.found(place, NOW - 2 * HOUR)).snapshot).toBe('alpha.1');
    for (const number of [2, 1, 0])
      renameSync(join(world.top, `backup/alpha.${number}`), join(world.top, `backup/alpha.${number + 1}`));
    expect((await world.found(place, NOW - 2 * HOUR)).snapshot).toBe('alpha.2');
  });

  it('give the newest one, and say so, when none is the state before', async () => {
    const world = rotated();
    const place = parseBackupPlace({ tool: 'rsnapshot', path: join(world.top, 'backup') });
    const found = await world.found(place, NOW - 2 * HOUR, { size: 3, mtimeMs: NOW - 3 * HOUR });
    expect([found.snapshot, found.isStateBefore]).toEqual(['alpha.1', false]);
  });

  it('are told apart by content where it is known', async () => {
    const world = rotated();
    const place = parseBackupPlace({ tool: 'rsnapshot', path: join(world.top, 'backup') });
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const state = { size: 'the state before'.length, mtimeMs: NOW - 30 * HOUR };
    const same = await world.found(place, NOW - 2 * HOUR, { ...state, sha256: sha256('the state before') });
    const other = await world.found(place, NOW - 2 * HOUR, { ...state, sha256: sha256('the state BEFORE') });
    expect([same.isStateBefore, other.isStateBefore]).toEqual([true, false]);
  });
});

describe('a copy of a folder of copies', () => {
  it('leads to no file of today through what was a symlink then', async () => {
    const world = new World();
    world.write('secret/file', 'of somebody else');
    mkdirSync(join(world.top, 'backup/2026-11-27'), { recursive: true });
    symlinkSync(join(world.top, 'secret'), join(world.top, 'backup/2026-11-27/sub'));
    const place = world.place({ tool: 'folders', path: join(world.top, 'backup/%Y-%m-%d') });
    expect(await world.newest(place, NOW, {}, 'sub/file')).toHaveProperty('none');
  });

  it.each([
    ['globs', 'a[1]*?.txt'],
    ['quotes', `it's "so" $HOME \`id\``],
    ['a line feed at the end', 'two\nlines\n'],
  ])('with %s in its name is restored by its command', async (_what, name) => {
    const world = new World();
    world.write(`backup/2026-11-27/${name}`, 'the state before');
    const answer = await world.newest(
      world.place({ tool: 'folders', path: join(world.top, 'backup/%Y-%m-%d') }),
      NOW,
      {},
      name,
    );
    paste((answer as FoundBackup).restore);
    expect(readFileSync(join(world.live, name), 'utf8')).toBe('the state before');
  });

  it('replaces a folder that is a file now, and a symlink, without writing through it', async () => {
    const world = new World();
    world.write('backup/2026-11-27/file', 'the state before');
    const elsewhere = world.write('elsewhere', 'not to be touched');
    symlinkSync(elsewhere, join(world.live, 'file'));
    paste((await world.found(world.place({ tool: 'folders', path: join(world.top, 'backup/%Y-%m-%d') }), NOW)).restore);
    expect(readFileSync(elsewhere, 'utf8')).toBe('not to be touched');
    expect(lstatSync(join(world.live, 'file')).isFile()).toBe(true);
  });

  it('restores a whole folder in its place', async () => {
    const world = new World();
    world.write('backup/2026-11-27/sub/a', 'of a');
    // A copy from after the change is none of the state before.
    world.touch('backup/2026-11-27/sub', NOW - 100 * HOUR);
    mkdirSync(join(world.live, 'sub'));
    const place = world.place({ tool: 'folders', path: join(world.top, 'backup/%Y-%m-%d') });
    paste(((await world.newest(place, NOW, {}, 'sub')) as FoundBackup).restore);
    expect(readFileSync(join(world.live, 'sub/a'), 'utf8')).toBe('of a');
    expect(existsSync(join(world.live, 'sub/sub'))).toBe(false);
  });
});

describe('Timeshift', () => {
  it('has copies by rsync, and subvolumes', async () => {
    const world = new World();
    const file = 'file';
    world.write(`shift/2026-11-27_08-00-01/localhost${world.live}/${file}`, 'by rsync');
    world.write(`shift/2026-11-27_09-00-01/@${world.live}/${file}`, 'by btrfs');
    const place = parseBackupPlace({ tool: 'timeshift', path: join(world.top, 'shift') });
    expect((await world.found(place, new Date(2026, 10, 27, 10).getTime())).snapshot).toBe('2026-11-27_09-00-01');
    expect((await world.found(place, new Date(2026, 10, 27, 9).getTime())).snapshot).toBe('2026-11-27_08-00-01');
  });
});

describe('ZFS', () => {
  it('has its times from `zfs list`', async () => {
    const world = new World();
    for (const name of ['first', 'second', 'third']) world.write(`live/.zfs/snapshot/${name}/file`, name);
    const bin = join(world.top, 'bin');
    mkdirSync(bin);
    const seconds = Math.floor(NOW / 1000);
    // As zfs-list(8) says it prints with -H and -p.
    writeFileSync(
      join(bin, 'zfs'),
      `#!/bin/sh
case "$*" in
'list -H -o name ${world.live}') echo tank/live ;;
'list -H -p -t snapshot -o name,creation -d 1 tank/live')
  printf 'tank/live@first\\t${seconds - 7200}\\ntank/live@second\\t${seconds - 3600}\\ntank/live@third\\t${seconds}\\n' ;;
*) exit 2 ;;
esac
`,
    );
    chmodSync(join(bin, 'zfs'), 0o755);
    const path = process.env.PATH;
    process.env.PATH = `${bin}:${path}`;
    onTestFinished(() => {
      process.env.PATH = path;
    });
    const found = await world.found(world.place({ tool: 'zfs' }), NOW);
    expect([found.snapshot, found.snapshotMs]).toEqual(['second', (seconds - 3600) * 1000]);
  });
});

const whyNoBtrfs = btrfsIsMissing();

describe('btrfs', () => {
  it.skipIf(whyNoBtrfs !== undefined)(
    `tells when a snapshot was made, not the times of its source${whyNoBtrfs ? ` (${whyNoBtrfs})` : ''}`,
    async () => {
      const { world, volume } = btrfsVolume();
      const live = join(volume, 'home');
      run('btrfs', 'subvolume', 'create', live);
      mkdirSync(join(live, '.snapshots'));
      const snapshot = (number: number) => {
        mkdirSync(join(live, `.snapshots/${number}`));
        run('btrfs', 'subvolume', 'snapshot', '-r', live, join(live, `.snapshots/${number}/snapshot`));
        utimesSync(join(live, `.snapshots/${number}`), 1, 1);
      };
      writeFileSync(join(live, 'file'), 'the oldest');
      utimesSync(live, 1, 1);
      snapshot(1);
      writeFileSync(join(live, 'file'), 'the state before');
      const { size, mtimeMs } = lstatSync(join(live, 'file'));
      await later();
      const from = Date.now();
      snapshot(2);
      const to = await later();
      writeFileSync(join(live, 'file'), 'the change');
      await later();
      snapshot(3);
      const path = Buffer.from(join(live, 'file'));
      const place = parseBackupPlace({ tool: 'snapper', below: live });
      const found = (await world.finder.newest({ path, beforeMs: to }, { size, mtimeMs }, [place])) as FoundBackup;
      expect(found).toMatchObject({ tool: 'snapper', snapshot: '2', isStateBefore: true });
      expect(found.snapshotMs).toBeGreaterThanOrEqual(from - 20);
      expect(found.snapshotMs).toBeLessThan(to);
      paste(found.restore);
      expect(readFileSync(path, 'utf8')).toBe('the state before');
    },
  );
});

function btrfsIsMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  if (spawnSync('mkfs.btrfs', ['--version']).error) return 'needs btrfs-progs';
  if (!/\tbtrfs$/m.test(readFileSync('/proc/filesystems', 'utf8'))) return 'needs a kernel with btrfs';
  return spawnSync('losetup', ['-f']).status === 0 ? undefined : 'needs loop devices';
}

function btrfsVolume(): { readonly world: World; readonly volume: string } {
  const world = new World();
  const image = join(world.top, 'image');
  const volume = join(world.top, 'volume');
  mkdirSync(volume);
  run('truncate', '-s', '120M', image);
  run('mkfs.btrfs', '-q', image);
  run('mount', '-o', 'loop', image, volume);
  onTestFinished(() => {
    run('umount', volume);
    rmSync(image);
  });
  return { world, volume };
}

function run(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}

/** Some ticks of the kernel's clock on. */
async function later(): Promise<number> {
  const from = Date.now();
  while (Date.now() < from + 60) await new Promise((resolve) => setTimeout(resolve, 10));
  return Date.now();
}
