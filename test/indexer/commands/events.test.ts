/** What `find-textd events` prints, of an index with real events. The program as a whole: test/e2e/events.test.ts. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventsArgs, runEvents } from '../../../indexer/commands/events.js';
import { placeOfWatch } from '../../../indexer/commands/histories.js';
import { ROOTS_KEY } from '../../../shared/daemon-state.js';
import type { FileEvent } from '../../../shared/file-event.js';
import { Events } from '../../../shared/store/events.js';
import { Meta } from '../../../shared/store/meta.js';
import { encodeRoots, rememberRoots } from '../../../shared/store/roots-file.js';
import { ANN } from '../../helpers/sample-actor.js';
import { SampleIndex } from '../../helpers/sample-index.js';
import { until } from '../../helpers/test-env.js';

const USERS = new Map([
  [0, 'root'],
  [1000, 'ann'],
]);
const AT_MS = Date.parse('2026-11-29T10:30:12');

let index: SampleIndex;
let events: Events;
let out: PassThrough;
let err: PassThrough;
let stop: AbortController;

beforeEach(() => {
  index = new SampleIndex();
  const path = Buffer.from(index.root);
  new Meta(index.db).set(ROOTS_KEY, encodeRoots([{ name: path, path }]));
  events = new Events(index.db, { maxBytes: 1 << 20, keepMs: 1e12 });
  out = new PassThrough();
  err = new PassThrough();
  stop = new AbortController();
});

afterEach(() => stop.abort());

function tell(kind: FileEvent['kind'], name: string | Buffer, given: Partial<FileEvent> = {}): void {
  const path = Buffer.concat([Buffer.from(`${index.root}/`), Buffer.from(name)]);
  events.add({ event: { atMs: AT_MS, kind, path, origin: 'inotify', ...given }, paths: [path] });
  events.save();
}

async function run(args: EventsArgs = {}): Promise<string> {
  await start(args);
  return taken();
}

function start(args: EventsArgs): Promise<void> {
  const { dataDirectory } = index;
  return runEvents(args, { dataDirectory, stdout: out, stderr: err, users: USERS, stopped: stop.signal });
}

function taken(stream = out): string {
  return String(stream.read() ?? '').replaceAll(index.root, '/r');
}

describe('find-textd events', () => {
  it('says when, who, what and by which program, as far as each is told', async () => {
    tell('write', 'motd', { origin: 'audit', actor: ANN });
    tell('create', 'a.txt');
    tell('delete', 'b.txt', { origin: 'comparison' });
    tell('attrib', 'c.txt', { origin: 'audit', isWithheld: true });
    tell('rename', 'd.txt', { to: Buffer.from(join(index.root, 'e.txt')) });
    expect((await run()).split('\n')).toEqual([
      '2026-11-29 10:30:12  ann as root   written: /r/motd  (/usr/bin/vim)',
      '2026-11-29 10:30:12  ?             created: /r/a.txt  (told by inotify)',
      '2026-11-29 10:30:12  ?             deleted: /r/b.txt  (found by comparing)',
      '2026-11-29 10:30:12  somebody      attributes changed: /r/c.txt  (not yours to know)',
      '2026-11-29 10:30:12  ?             renamed: /r/d.txt -> /r/e.txt  (told by inotify)',
      '',
    ]);
  });

  it('lets no name reach the terminal as a command', async () => {
    tell('create', Buffer.from([0x1b, 0x5b, 0x32, 0x4a, 0xff]), {
      origin: 'audit',
      actor: { ...ANN, comm: '\x1b[2J', exe: null },
    });
    const text = await run();
    expect(text).toContain('/r/\\x1b[2J\\xff  (\\x1b[2J)');
    expect(text).not.toContain('\x1b');
  });

  it('gives one JSON object a line, with the bytes of what is not UTF-8', async () => {
    tell('write', Buffer.from([0xff]), { id: ':1:7:write', origin: 'audit', actor: ANN });
    const path = Buffer.concat([Buffer.from(`${index.root}/`), Buffer.from([0xff])]);
    expect(JSON.parse(await run({ json: true }))).toEqual({
      sequence: 1,
      id: ':1:7:write',
      atMs: AT_MS,
      kind: 'write',
      path: '/r/\ufffd',
      pathHex: path.toString('hex'),
      origin: 'audit',
      who: { ...ANN, login: 'ann', user: 'root' },
    });
  });

  it('keeps to a file or folder, also when it is gone or named through a symlink', async () => {
    mkdirSync(index.path('sub'));
    symlinkSync(index.path('sub'), join(index.home, 'link'));
    tell('create', 'sub/a.txt');
    tell('create', 'sub2/b.txt');
    tell('rmdir', 'sub');
    expect((await run({ path: join(index.home, 'link/a.txt') })).split('\n')).toHaveLength(3);
    rmSync(index.path('sub'), { recursive: true });
    expect((await run({ path: index.path('sub/a.txt') })).split('\n')).toHaveLength(3);
    expect(await run({ path: index.path('sub2') })).toContain('sub2/b.txt');
    await expect(run({ path: '/elsewhere' })).rejects.toThrow('it is not indexed');
  });

  it('names the history of `find-textd watch` where that alone knows of a folder', async () => {
    const watched = join(index.home, 'pii');
    const place = placeOfWatch(index.dataDirectory, Buffer.from(watched));
    mkdirSync(place, { recursive: true, mode: 0o700 });
    rememberRoots(place, [{ name: Buffer.from(watched), path: Buffer.from(watched) }]);
    writeFileSync(join(place, 'notify.db'), '');
    const hint = `what \`find-textd watch\` has told of: \`find-textd report ${watched}\``;
    await expect(run({ path: join(watched, 'report.txt') })).rejects.toMatchObject({ hint });
    await expect(run({ path: '/elsewhere' })).rejects.toMatchObject({ hint: `what is: ${index.root}` });
  });

  it('keeps to what happened since then', async () => {
    tell('create', 'old', { atMs: AT_MS - 60_000 });
    tell('create', 'new');
    expect(await run({ since: '2026-11-29 10:30' })).not.toContain('/r/old');
    await expect(run({ since: 'soon' })).rejects.toThrow('is no time');
  });

  it('says so when there is none, for people', async () => {
    expect([await run(), taken(err)]).toEqual([
      '',
      expect.stringContaining('no events yet: they tell what changes from now on'),
    ]);
    tell('create', 'new');
    await run();
    await run({ json: true, since: '2100-01-01' });
    expect(taken(err)).toBe('');
    expect([await run({ since: '2100-01-01' }), taken(err)]).toEqual([
      '',
      expect.stringContaining('no such events; `find-textd status` tells which are kept'),
    ]);
  });

  it('says what to do when there is no index', async () => {
    rmSync(index.dataDirectory, { recursive: true });
    await expect(run()).rejects.toMatchObject({
      code: 'FT_STORE_MISSING',
      hint: expect.stringContaining('find-textd run'),
    });
  });

  it('goes on until it is stopped, and tells each event once', async () => {
    tell('create', 'first');
    const running = start({ follow: true });
    let text = '';
    const printed = (name: string) =>
      until(`${name} is printed`, () => {
        text += taken();
        return text.includes(name);
      });
    await printed('first');
    tell('create', 'second');
    await printed('second');
    tell('create', 'third');
    await printed('third');
    stop.abort();
    await running;
    expect(text.split('\n')).toHaveLength(4);
    expect(taken(err)).toContain('no daemon runs');
  });
});
