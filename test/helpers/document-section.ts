/** A part of a document that is made from the code, between `<!-- name -->` and `<!-- /name -->`. WRITE_DOCS=1 rewrites it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const TOP = fileURLToPath(new URL('../..', import.meta.url));

export function expectSection(document: string, marker: string, content: string): void {
  const file = join(TOP, document);
  const text = readFileSync(file, 'utf8');
  const section = new RegExp(`(<!-- ${marker} -->\n)[^]*?(<!-- /${marker} -->)`);
  expect(text).toMatch(section);
  const wanted = text.replace(section, (_all, start: string, end: string) => `${start}${content}\n${end}`);
  if (process.env.WRITE_DOCS) writeFileSync(file, wanted);
  else expect(text).toBe(wanted);
}
