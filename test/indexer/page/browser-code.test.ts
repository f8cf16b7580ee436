/** What runs in the browser makes no markup of text, and names no other place. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('../../../indexer/page/browser/', import.meta.url));
/** A name, from which nothing is loaded. */
const NAMESPACE = 'http://www.w3.org/2000/svg';
const sources = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));

it.each(sources)('%s makes elements and text only', (name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8').replace(NAMESPACE, '');
  expect(text).not.toMatch(
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc|\beval\b|new Function|createContextualFragment/,
  );
  expect(text).not.toMatch(/https?:\/\/|\/\/[a-z]+\.[a-z]|window\.open|\.style\b|setAttribute\('style/);
});

it('has files to look at', () => expect(sources.length).toBeGreaterThan(5));
