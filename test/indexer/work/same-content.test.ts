/** What a file costs when its text is as before: its row is written, and nothing of the full text. */
import { createHash } from 'node:crypto';
import { chmodSync, linkSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Db } from '../../../shared/store/open.js';
import { afterTick } from '../../helpers/after-tick.js';
import { SteppedPipeline } from '../../helpers/pipeline.js';
import { snapshot } from '../../helpers/snapshot.js';
import { tempFolder } from '../../helpers/temp.js';

const HTML = '<html><body><p class="x">alpha beta</p></body></html>';

/** Of all that the full-text tables and the stored texts are made of. */
function textPages(db: Db): string {
  const hash = createHash('sha1');
  for (const table of ['body_data', 'names_data', 'appended_text_data'])
    for (const block of db.prepare<[], Buffer>(`SELECT block FROM ${table} ORDER BY id`).pluck().all())
      hash.update(block);
  for (const text of db.prepare<[], Buffer>('SELECT deflated FROM stored_text ORDER BY part_id').pluck().all())
    hash.update(text);
  return hash.digest('hex');
}

async function indexed(files: Readonly<Record<string, string>>): Promise<{ root: string; pipeline: SteppedPipeline }> {
  const root = tempFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
  const pipeline = new SteppedPipeline(Buffer.from(root), tempFolder());
  await pipeline.crawl();
  return { root, pipeline };
}

const changes: Record<string, (path: string) => void> = {
  chmod: (path) => chmodSync(path, 0o640),
  touch: (path) => utimesSync(path, new Date(), new Date()),
  'the same bytes written again': (path) => writeFileSync(path, HTML),
  'the same bytes in another file, renamed over it': (path) => {
    writeFileSync(`${path}.new`, HTML);
    renameSync(`${path}.new`, path);
  },
  'a second name': (path) => linkSync(path, join(tempFolder(), 'other')),
  'other bytes with the same text': (path) => writeFileSync(path, HTML.replace('alpha beta', 'alpha\n    beta')),
};

describe('a file whose text is as before', () => {
  it.each(Object.entries(changes))('costs no full text: %s', async (_, change) => {
    const { root, pipeline } = await indexed({ 'page.html': HTML, 'other.txt': 'gamma' });
    const before = textPages(pipeline.db);
    pipeline.outcomes.length = 0;
    change(join(root, 'page.html'));
    pipeline.hint(Buffer.from(join(root, 'page.html')), 'path');
    await pipeline.drain();
    expect(pipeline.outcomes).toEqual(['same']);
    expect(textPages(pipeline.db)).toBe(before);
    const fresh = new SteppedPipeline(Buffer.from(root), tempFolder());
    await fresh.crawl();
    expect(snapshot(pipeline.db)).toEqual(snapshot(fresh.db));
    for (const each of [pipeline, fresh]) each.close();
  });

  it('is read as a whole when the index does not know what it was read from, once', async () => {
    const { root, pipeline } = await indexed({ 'page.html': HTML });
    pipeline.db.exec('UPDATE file SET input = NULL, output = NULL');
    pipeline.outcomes.length = 0;
    for (const mode of [0o640, 0o600]) {
      chmodSync(join(root, 'page.html'), mode);
      pipeline.hint(Buffer.from(join(root, 'page.html')), 'path');
      await afterTick();
      await pipeline.drain();
    }
    expect(pipeline.outcomes).toEqual(['extracted', 'same']);
    pipeline.close();
  });

  it('is taken when the index has another document there by then', async () => {
    const { root, pipeline } = await indexed({ 'page.html': HTML, 'other.html': '<p>delta</p>' });
    const path = join(root, 'page.html');
    chmodSync(path, 0o640);
    pipeline.hint(Buffer.from(path), 'path');
    pipeline.whileExtracting = (outcomes) => {
      pipeline.whileExtracting = (all) => all;
      // As a renamed folder does that brings another file to this path.
      pipeline.db.exec("UPDATE file SET input = 'of another file', output = '' WHERE name = CAST('page.html' AS BLOB)");
      return outcomes;
    };
    pipeline.outcomes.length = 0;
    await pipeline.drain();
    expect(pipeline.outcomes).toEqual(['same', 'extracted']);
    rmSync(path);
    pipeline.close();
  });
});
