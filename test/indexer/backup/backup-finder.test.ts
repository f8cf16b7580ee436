/** What a place says that hangs, fails, floods or lies, and which of several places is believed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BackupFinder, type FinderLimits, type FoundBackup } from '../../../indexer/backup/backup-finder.js';
import { parseBackupPlace } from '../../../indexer/backup/places.js';
import { tempFolder } from '../../helpers/temp.js';

const BEFORE = Date.UTC(2026, 10, 29, 12);
const PATH = Buffer.from('/etc/a file');
const PATIENT: FinderLimits = { placeMs: 120_000, totalMs: 120_000 };

/** A place that runs this script of sh(1); `$1` is the path. */
function script(text: string) {
  const file = join(tempFolder(), 'tool');
  writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return parseBackupPlace({ tool: 'command', argv: [file, '{path}', '{before}', '{beforeSeconds}'] });
}

function line(fields: Record<string, unknown>): string {
  return `echo '${JSON.stringify({ time: '2026-11-28T23:00:00Z', path: '/copy', ...fields })}'`;
}

function ask(finder: BackupFinder, places: ReturnType<typeof script>[], state = {}) {
  return finder.newest({ path: PATH, beforeMs: BEFORE }, state, places);
}

describe('a place that gives no answer', () => {
  it('is ended with all that it has started, is a reason, and is left alone for a while', async () => {
    const folder = tempFolder();
    const started = join(folder, 'started');
    const place = script(`echo $$ >> ${started}; sleep 1000 & echo $! >> ${started}; wait`);
    const finder = new BackupFinder(folder, { placeMs: 1500, totalMs: 60_000 });
    expect(await ask(finder, [place])).toEqual({
      none: expect.stringMatching(/^(tool|command) did not answer in 1\.5 s$/),
    });
    expect(await ask(finder, [place])).toEqual({ none: expect.stringMatching(/did not answer/) });
    const pids = readFileSync(started, 'utf8').trim().split('\n');
    expect(pids).toHaveLength(2);
    while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(finder.troubles).toEqual([expect.stringMatching(/did not answer/)]);
  });

  it('keeps others from being asked only for its own limit', async () => {
    const finder = new BackupFinder(tempFolder(), { placeMs: 1500, totalMs: 60_000 });
    const answer = (await ask(finder, [script('sleep 1000'), script(line({}))])) as FoundBackup;
    expect(answer.path).toEqual(Buffer.from('/copy'));
    expect(answer.troubles).toEqual([expect.stringMatching(/did not answer/)]);
  });

  it.each([
    ['is not installed', '/nonexistent/tool', /is not installed/],
    ['is a folder', '/etc', /etc/],
  ])('because its program %s, says so', async (_what, program, reason) => {
    const place = parseBackupPlace({ tool: 'command', argv: [program] });
    expect(await ask(new BackupFinder(tempFolder(), PATIENT), [place])).toEqual({
      none: expect.stringMatching(reason),
    });
  });

  it.each([
    ['fails', 'echo "working" >&2; echo "Fatal: the disk is gone" >&2; exit 3', /^tool: Fatal: the disk is gone$/],
    ['fails without a word', 'exit 3', /^tool: exit status 3$/],
    ['is killed', 'kill -9 $$', /SIGKILL|137/],
    ['prints no JSON', 'echo hello', /not JSON/],
    ['prints no object', 'echo 3', /no object/],
    ['prints a copy without a time', `echo '{"path": "/x"}'`, /without a time/],
    ['floods', 'exec cat /dev/zero', /more than 16 MiB/],
    [
      'tells a password of an address',
      'echo "error: https://ann:hunter2@host/ failed" >&2; exit 1',
      /https:\/\/…@host/,
    ],
    [
      'hides something in a restore command',
      line({ restore: 'get it\u001b[8m; rm -r ~' }),
      /control characters in a restore command/,
    ],
    ['sends control characters', `printf 'error: \\033[2J' >&2; exit 1`, /\\x1b\[2J/],
  ])('when it %s, has that for a reason', async (_what, text, reason) => {
    const answer = await ask(new BackupFinder(tempFolder(), PATIENT), [script(text)]);
    expect(answer).toEqual({ none: expect.stringMatching(reason) });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

describe('a command', () => {
  it('gets the path byte for byte, and the time', async () => {
    const folder = tempFolder();
    const odd = Buffer.from([0x2f, 0xff, 0x27, 0x0a, 0x2a, 0x0a]);
    const place = script(`printf '%s|%s|%s' "$1" "$2" "$3" > ${folder}/got`);
    await new BackupFinder(folder, PATIENT).newest({ path: odd, beforeMs: BEFORE }, {}, [place]);
    const [path, ...times] = readFileSync(join(folder, 'got'), 'latin1').split('|');
    expect([path, ...times]).toEqual([odd.toString('latin1'), '2026-11-29T12:00:00.000Z', String(BEFORE / 1000)]);
  });

  it('is believed about time and size, and names its own way to restore', async () => {
    const text = [
      line({ time: BEFORE / 1000 - 7200, size: 5, mtime: 1000.5, snapshot: 'old', restore: 'get it' }),
      line({ time: BEFORE / 1000 - 3600, size: 6, mtime: 1001.5 }),
      line({ time: BEFORE / 1000 + 3600, size: 5, mtime: 1000.5 }),
    ].join('\n');
    const answer = await ask(new BackupFinder(tempFolder(), PATIENT), [script(text)], { size: 5, mtimeMs: 1_002_500 });
    expect(answer).toMatchObject({ snapshotMs: BEFORE - 3_600_000, isStateBefore: false });
    const right = await ask(new BackupFinder(tempFolder(), PATIENT), [script(text)], { size: 5, mtimeMs: 1_000_500 });
    expect(right).toMatchObject({ snapshot: 'old', isStateBefore: true, restore: 'get it' });
  });

  it('that began before the change and read the file after it has no state before', async () => {
    const text = line({ time: BEFORE / 1000 - 1, mtime: BEFORE / 1000 + 1 });
    expect(await ask(new BackupFinder(tempFolder(), PATIENT), [script(text)])).toHaveProperty('none');
  });

  it('that leaves a daemon behind with its output open is believed all the same', async () => {
    const pidFile = join(tempFolder(), 'pid');
    const place = script(`setsid sh -c 'echo $$ > ${pidFile}; exec sleep 1000' &
while [ ! -s ${pidFile} ]; do sleep 0.01; done; ${line({})}`);
    onTestFinished(() => void process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL'));
    expect(await ask(new BackupFinder(tempFolder(), PATIENT), [place])).toMatchObject({ path: Buffer.from('/copy') });
  });
});

describe('several places', () => {
  it('give the state before, whichever has it, else the newest copy', async () => {
    const older = script(line({ time: '2026-11-20T00:00:00Z', path: '/older', size: 5, mtime: 1 }));
    const newer = script(line({ time: '2026-11-28T00:00:00Z', path: '/newer', size: 9, mtime: 2 }));
    const finder = new BackupFinder(tempFolder(), PATIENT);
    expect(await ask(finder, [newer, older], { size: 5, mtimeMs: 1000 })).toMatchObject({
      path: Buffer.from('/older'),
    });
    expect(await ask(finder, [older, newer])).toMatchObject({ path: Buffer.from('/newer') });
  });

  it('are asked only for what lies below them', async () => {
    const place = parseBackupPlace({ tool: 'command', argv: ['/bin/false'], below: '/srv' });
    expect(await ask(new BackupFinder(tempFolder(), PATIENT), [place])).toEqual({
      none: 'no configured backup covers this file',
    });
  });

  it('have links, with everything escaped', async () => {
    const place = parseBackupPlace({
      tool: 'folders',
      path: '/nowhere/*',
      link: 'https://backup.example/{snapshot}/{path}?x={path}',
    });
    const folder = tempFolder();
    mkdirSync(join(folder, '2026-11-28 a'));
    writeFileSync(join(folder, '2026-11-28 a/b?c#d'), '');
    const real = { ...place, views: [{ template: `${folder}/2026*`, below: '/' }] } as typeof place;
    const answer = await new BackupFinder(folder, PATIENT).newest(
      { path: Buffer.from('/b?c#d'), beforeMs: Date.now() + 1e12 },
      {},
      [real],
    );
    expect(answer).toMatchObject({ link: 'https://backup.example/2026-11-28%20a/b%3Fc%23d?x=b%3Fc%23d' });
  });
});

function isAlive(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
