import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { KeptIndex } from '../../../shared/answer/kept-index.js';
import { openIndex } from '../../../shared/answer/open-index.js';
import { takeLock } from '../../../shared/store/lock.js';
import { SCHEMA_VERSION } from '../../../shared/store/migrations.js';
import { writeTroubles } from '../../../shared/troubles.js';
import { SampleIndex } from '../../helpers/sample-index.js';
import { tempFolder } from '../../helpers/temp.js';

it('tells of an older index what raises it: a daemon to be started, the one that runs, or room on its disk', () => {
  const { db, dataDirectory, home } = new SampleIndex({ 'a.txt': 'apple' });
  db.pragma(`user_version = ${SCHEMA_VERSION - 1}`);
  const refusal = (hint: RegExp) =>
    expect.objectContaining({ code: 'FT_STORE_OLDER', hint: expect.stringMatching(hint) });
  const open = () => openIndex(dataDirectory);
  expect(open).toThrow(refusal(/^start `find-textd run`: it raises the index/));

  const runtime = join(home, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  const lock = takeLock(dataDirectory, 'daemon', 'find-textd run', runtime);
  onTestFinished(() => lock.release());
  expect(open).toThrow(
    refusal(new RegExp(`\\(process ${process.pid}\\) raises it in a moment; if it is of the older version, stop it`)),
  );

  writeTroubles(runtime, [{ kind: 'disk', text: 'the disk is full', advice: 'free some space', sinceMs: 1 }]);
  expect(open).toThrow(refusal(/cannot raise it yet: the disk is full \(free some space\)$/));
});

const asRoot = it.skipIf(process.getuid?.() !== 0);

asRoot('is not kept when a volume has taken its place, whose files have the same numbers [needs root]', () => {
  const place = tempFolder();
  const mounted = (files: number) => {
    const { db, dataDirectory } = new SampleIndex(
      Object.fromEntries(Array.from({ length: files }, (_, n) => [`${n}.txt`, 'apple'])),
    );
    db.close();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=700', 'tmpfs', place]);
    onTestFinished(() => void execFileSync('umount', ['-l', place]));
    cpSync(dataDirectory, place, { recursive: true, preserveTimestamps: true });
  };
  const kept = new KeptIndex(place);
  onTestFinished(() => kept.close());
  const count = () => kept.ask(({ db }) => db.prepare('SELECT count(*) FROM file').pluck().get());
  mounted(2);
  expect(count()).toBe(2);
  mounted(3);
  expect(count()).toBe(3);
});
