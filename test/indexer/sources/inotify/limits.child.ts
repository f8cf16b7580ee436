/** Watches the folder given, prints what came of it as JSON, and ends as the second argument says; the third one is the built thread. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Inotify } from '../../../../indexer/sources/inotify/inotify.js';
import { TreeWatcher } from '../../../../indexer/sources/inotify/tree-watcher.js';
import { FindTextError } from '../../../../shared/errors.js';
import { pathText } from '../../../../shared/path-text.js';

const [folder = '', ending = '', thread = ''] = process.argv.slice(2);

function watchAll(): object {
  const watcher = new TreeWatcher({ descriptors: Inotify.open(thread) });
  watcher.start({
    happened: () => {},
    lost: () => {},
    suspected: () => {},
    failed: (error) => {
      throw error;
    },
  });
  const results = ['a', 'b', 'c', 'd'].map((name) => {
    mkdirSync(join(folder, name), { recursive: true });
    return watcher.watch(Buffer.from(join(folder, name)));
  });
  const unwatched = watcher.unwatchedDirectories(9).map(pathText);
  const report = { results, watchCount: watcher.watchCount, unwatched, count: watcher.unwatchedCount };
  const [watched, missed] = ['a', 'd'].map((name) => Buffer.from(join(folder, name)));
  watcher.unwatchTree(watched as Buffer);
  const retried = { ...report, again: watcher.watch(missed as Buffer), left: watcher.unwatchedCount };
  if (ending === 'close') void watcher.close();
  if (ending === 'exit') process.exitCode = 7;
  return retried;
}

try {
  console.log(JSON.stringify(watchAll()));
} catch (error) {
  if (!(error instanceof FindTextError)) throw error;
  console.log(JSON.stringify({ code: error.code, message: error.message, hint: error.hint }));
}
if (ending === 'exit') process.exit();
