/**
 * Manual pages of Linux: what a page says of its purpose is the question, and the pages that its authors name under SEE
 * ALSO are the answer. The pages stand without their SEE ALSO.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { filesBelow } from '../corpus-pool.mjs';
import { plainRoff, words } from './text.mjs';

export const MANUAL_PACKAGES = ['manpages', 'manpages-dev'];
const MOST_WORDS = 60;

/** @param folder  the unpacked packages. */
export function readManual(folder) {
  const pages = filesBelow(folder)
    .filter((path) => /\/man\/man\d\/[^/]+\.\d\w*$/.test(path))
    .sort()
    .map(readPage)
    .filter((page) => page.text !== '');
  const known = new Set(pages.map(({ id }) => id));
  const queries = pages.flatMap(({ id, purpose, seeAlso }) => {
    const relevant = seeAlso.filter((one) => known.has(one) && one !== id);
    return relevant.length >= 2 && words(purpose).length >= 8
      ? [{ id, text: purpose, relevant, isDocument: true }]
      : [];
  });
  return { name: 'manual', documents: pages.map(({ id, title, text }) => ({ id, title, text })), queries };
}

function readPage(path) {
  const roff = readFileSync(path, 'utf8');
  const sections = new Map(
    roff
      .split(/^\.SH /m)
      .map((part) => [part.split('\n')[0].replaceAll('"', '').trim(), part.slice(part.indexOf('\n') + 1)]),
  );
  const of = (name) => sections.get(name) ?? '';
  const rest = [...sections]
    .filter(([name], i) => i > 0 && name !== 'SEE ALSO' && name !== 'NAME')
    .map(([name, text]) => `${name}\n${text}`);
  const [first = ''] = of('DESCRIPTION')
    .split(/^\.(?:PP|P|SS|TP|nf|IP|EX|RS)\b.*$/m)
    .map(plainRoff)
    .filter((text) => words(text).length >= 8);
  return {
    id: basename(path),
    title: plainRoff(of('NAME')).replace(/\s+/g, ' ').trim(),
    text: plainRoff(rest.join('\n')).trim(),
    purpose: first.replace(/\s+/g, ' ').trim().split(' ').slice(0, MOST_WORDS).join(' '),
    seeAlso: [
      ...new Set(
        Array.from(
          of('SEE ALSO').matchAll(/^\.BR (\S+) \((\d\w*)\)/gm),
          ([, name, section]) => `${name.replaceAll('\\-', '-')}.${section}`,
        ),
      ),
    ],
  };
}
