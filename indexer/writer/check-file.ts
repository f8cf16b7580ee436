/** A full check of the index file in a thread of its own: about 1 s of CPU per 100 MB, nobody waits for it. */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { FindTextError } from '../../shared/errors.js';

/** @throws FindTextError FT_STORE_CORRUPT with what SQLite says. */
export async function checkFile(file: string): Promise<void> {
  const problems = await new Promise<readonly string[]>((resolve, reject) => {
    const thread = new Worker(fileURLToPath(new URL('check-thread.js', import.meta.url)), { workerData: file });
    thread.unref();
    thread.on('message', resolve);
    thread.on('error', reject);
    thread.on('exit', () => resolve([]));
  });
  if (problems.length > 0)
    throw new FindTextError('FT_STORE_CORRUPT', `check the index ${file}: ${problems.join('; ')}`);
}
