/** `find-textd audit changes`: its two forms, the key, and streams that block or break. */
import { PassThrough, Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runAuditChanges } from '../../../../indexer/commands/audit/changes.js';
import { auditChangesText } from '../../../helpers/audit-captures.js';
import { AT_FDCWD, auditEvent, type EventSpec, FOLDER, path, SYMLINK } from '../../../helpers/audit-lines.js';
import { TextSink } from '../../../helpers/text-sink.js';

const UNLINK: EventSpec = { call: 'unlink', paths: [path('PARENT', '/w/', 7), path('DELETE', '/w/f', 12)] };
const BOTH = [path('PARENT', '/w/', 7), path('PARENT', '/w/', 7)];
const MOVED = [...BOTH, path('DELETE', '/w/a', 12), path('CREATE', '/w/b', 12)];

describe('the text form', () => {
  const cases: readonly [EventSpec, string][] = [
    [UNLINK, 'deleted                       : /w/f'],
    [{ call: 'open', args: ['0', '1'], paths: [path('NORMAL', '/w/f', 12)] }, 'opened-file                   : /w/f'],
    [
      { call: 'open', args: ['0', '41'], paths: [path('PARENT', '/w/', 7), path('CREATE', '/w/f', 12)] },
      'opened-file                   : /w/f',
    ],
    [{ call: 'rename', paths: MOVED }, 'renamed                       : /w/a -> /w/b'],
    [
      { call: 'mkdir', paths: [path('PARENT', '/w/', 7), path('CREATE', '/w/d', 12, FOLDER)] },
      'created-directory             : /w/d',
    ],
    [
      { call: 'unlinkat', args: [AT_FDCWD], paths: [path('PARENT', '/w/', 7), path('DELETE', '/w/d', 12, FOLDER)] },
      'deleted                       : /w/d',
    ],
    [
      { call: 'symlink', paths: [path('PARENT', '/w/', 7), path('CREATE', '/w/l', 12, SYMLINK)] },
      'symlinked                     : /w/l',
    ],
    [
      { call: 'link', paths: [path('PARENT', '/w/', 7), path('NORMAL', '/w/f', 12), path('CREATE', '/w/g', 12)] },
      'linked                        : /w/f -> /w/g',
    ],
    [{ call: 188, paths: [path('NORMAL', '/w/f', 12)] }, 'changed-file-attributes-of    : /w/f'],
    [
      { ...UNLINK, call: 'unlinkat', args: ['4'], paths: [path('PARENT', '/w', 7), path('DELETE', 'f', 12)] },
      'deleted                       : ? f (inode 12, in folder inode 7)',
    ],
    [
      { ...UNLINK, paths: [path('PARENT', '/w/', 7), path('DELETE', '/w/a\n\x1b[31m', 12)] },
      'deleted                       : /w/a\\x0a\\x1b[31m',
    ],
  ];

  it.each(cases)('%#: %o', async (spec, line) => {
    expect(await auditChangesText(auditEvent(spec), 'text')).toBe(`${line}\n`);
  });
});

describe('the key', () => {
  const events = [undefined, 'action', 'fsaction', 'fsaction2', 'other\x01fsaction'];
  const log = Buffer.concat(
    events.map((key, i) => auditEvent({ ...UNLINK, serial: i, ...(key !== undefined && { key }) })),
  );
  const serials = async (key?: string): Promise<number[]> =>
    (await auditChangesText(log, 'jsonl', key))
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).serial);

  it('is compared as a whole with each of the keys of an event', async () => {
    expect(await serials('fsaction')).toEqual([2, 4]);
    expect(await serials('fsactio')).toEqual([]);
    expect(await serials('other')).toEqual([4]);
  });

  it('is not needed', async () => {
    expect(await serials()).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('the streams', () => {
  const run = (format: string, stdin: Readable, stdout: Writable): Promise<void> =>
    runAuditChanges({ format }, { stdin, stdout, stderr: new TextSink() });
  const many = (count: number): Buffer =>
    Buffer.concat(Array.from({ length: count }, (_, serial) => auditEvent({ ...UNLINK, serial })));

  it('the input waits for an output that does not take more', async () => {
    let chunksRead = 0;
    const input = Readable.from(
      (function* () {
        for (; chunksRead < 1000; chunksRead++) yield many(20);
      })(),
      { highWaterMark: 1 },
    );
    const held: (() => void)[] = [];
    const output = new Writable({ highWaterMark: 1000, write: (_piece, _encoding, done) => void held.push(done) });
    const done = run('jsonl', input, output);
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    expect(chunksRead).toBeLessThan(20);
    while (chunksRead < 1000) {
      held.shift()?.();
      await setImmediate();
    }
    const last = setInterval(() => held.splice(0).forEach((go) => void go()), 1);
    await done;
    clearInterval(last);
  });

  it('a reader that goes away ends it without an error', async () => {
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const output = new Writable({ write: (_piece, _encoding, done) => done(gone) });
    await expect(run('jsonl', Readable.from([many(1000)]), output)).resolves.toBeUndefined();
  });

  it('a reader that closes early, too', async () => {
    const output = new PassThrough();
    const done = run('jsonl', Readable.from([many(1000), many(1000)]), output);
    output.destroy();
    await expect(done).resolves.toBeUndefined();
  });

  it('a full disk is an error, and so is an input that cannot be read', async () => {
    const full = Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' });
    const output = new Writable({ write: (_piece, _encoding, done) => done(full) });
    await expect(run('text', Readable.from([many(1)]), output)).rejects.toThrow('ENOSPC');
    const input = new Readable({ read: () => void input.destroy(new Error('read EIO')) });
    await expect(run('text', input, new PassThrough())).rejects.toThrow('EIO');
  });

  it('leave the output open, for it may be stdout', async () => {
    const output = new PassThrough();
    await run('jsonl', Readable.from([many(3)]), output);
    expect(output.writableEnded).toBe(false);
    expect(output.read().toString().split('\n')).toHaveLength(4);
  });
});
