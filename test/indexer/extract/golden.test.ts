/**
 * Golden files: `<name>` and `<name>.expected.json` in test/fixtures/files; WRITE_GOLDEN=1 writes the second anew.
 * All formats say the same sentence, so a format that loses text is seen at once.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runJob } from '../../../indexer/extract/job.js';
import type { ExtractOutcome } from '../../../indexer/extract/messages.js';
import { FORMATS } from '../../../indexer/extract/registry.js';
import { toBytes } from '../../../shared/paths.js';

// Dates without a zone are those of the machine's.
process.env.TZ = 'UTC';
const FOLDER = fileURLToPath(new URL('../../fixtures/files', import.meta.url));
const EXPECTED = '.expected.json';
const SENTENCE = 'Seven lighthouse keepers counted the gulls.';
/** Binary, empty or damaged beyond reading: found by name alone. */
const WITHOUT_TEXT = [
  'archive.tar.gz',
  'controls.bin',
  'empty.txt',
  'encrypted.pdf',
  'nothing.txt.gz',
  'pixel.png',
  'program',
];

const files = readdirSync(FOLDER).filter((name) => !name.endsWith(EXPECTED));

function extract(name: string): Promise<ExtractOutcome> {
  return runJob(FORMATS, { path: toBytes(join(FOLDER, name)), maxBytes: 1 << 24 });
}

/** What is kept in the golden file: nothing that depends on the machine, or on other extractors. */
function view(outcome: ExtractOutcome): object {
  if (outcome.kind === 'failed')
    return { ...outcome, stat: undefined, message: outcome.message.replace(`${FOLDER}/`, '') };
  if (outcome.kind !== 'extracted') return outcome;
  const {
    text,
    markup,
    input: _,
    output: __,
    type,
    title,
    isFileText,
    isTruncated,
    children,
    ...others
  } = outcome.extraction;
  const rest = { type, title, isFileText, isTruncated, ...others };
  // A long text is told by its beginning and its length.
  const beginning = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8', 0, 2000);
  const own = { ...rest, bytes: text.length, text: beginning(text), markup: beginning(markup) };
  const shown = children?.map((child) => ({
    ...child,
    innerPath: beginning(child.innerPath),
    text: beginning(child.text),
    markup: beginning(child.markup),
  }));
  return shown ? { ...own, children: shown } : own;
}

describe('golden files', () => {
  it.each(files)('%s', async (name) => {
    const found = `${JSON.stringify(view(await extract(name)), null, 2)}\n`;
    if (process.env.WRITE_GOLDEN === '1') writeFileSync(join(FOLDER, name + EXPECTED), found);
    expect(found).toBe(readFileSync(join(FOLDER, name + EXPECTED), 'utf8'));
  });

  it.each(files.filter((name) => !WITHOUT_TEXT.includes(name)))('%s says the sentence', async (name) => {
    const outcome = await extract(name);
    const text = outcome.kind === 'extracted' ? Buffer.from(outcome.extraction.text).toString() : '';
    expect(text.replace(/\s+/g, ' ')).toContain(SENTENCE);
  });

  it.each(WITHOUT_TEXT)('%s has no text', async (name) => {
    const outcome = await extract(name);
    expect(outcome.kind === 'extracted' ? outcome.extraction.text.length : 0).toBe(0);
  });

  it('says that a text is the file itself exactly when it is', async () => {
    for (const name of files) {
      const outcome = await extract(name);
      if (outcome.kind !== 'extracted') continue;
      const isSame = Buffer.compare(outcome.extraction.text, readFileSync(join(FOLDER, name))) === 0;
      const isEmptyBinary = outcome.extraction.extractor === 'none';
      expect([name, outcome.extraction.isFileText]).toEqual([name, isSame && !isEmptyBinary]);
    }
  });

  it('keeps what no reader sees apart from the text', async () => {
    for (const name of ['page.html', 'drawing.svg', 'book.xml', 'keeper.1', 'keeper.1.gz']) {
      const outcome = await extract(name);
      const { title, text, markup } = outcome.kind === 'extracted' ? outcome.extraction : expect.fail(outcome.kind);
      expect(title + Buffer.from(text).toString()).not.toContain('hidden');
      expect(Buffer.from(markup).toString()).toContain('hidden');
    }
  });
});
