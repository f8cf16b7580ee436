/**
 * Questions people ask, and the answer of each: the FAQs of Perl, Python and Debian. The answers stand without their
 * questions, among the sections of the manuals of Perl and Python.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { filesBelow } from '../corpus-pool.mjs';
import { plainHtml, words } from './text.mjs';

export const FAQ_PACKAGES = ['perl-doc', 'python3.11-doc', 'debian-faq'];
const MIN_WORDS = 15;

/** @param folder  the unpacked packages. */
export function readFaq(folder) {
  const sections = filesBelow(folder).sort().flatMap(sectionsOf);
  const documents = [];
  const queries = [];
  for (const { heading, text, isAnswer } of sections) {
    if (words(text).length < MIN_WORDS) continue;
    const id = `s${documents.length}`;
    documents.push({ id, title: isAnswer ? '' : heading, text });
    if (isAnswer && words(heading).length >= 4) queries.push({ id, text: heading, relevant: [id] });
  }
  return { name: 'faq', documents, queries };
}

function sectionsOf(path) {
  const name = basename(path);
  const read = () => readFileSync(path, 'utf8');
  if (/^perl(?!\d*delta)\w*\.pod$/.test(name)) return podSections(read(), /^perlfaq\d/.test(name));
  if (/_sources\/(?:faq|library|tutorial)\/\w+(?:\.\w+)*\.rst\.txt$/.test(path))
    return rstSections(read(), path.includes('/faq/'));
  if (/FAQ\/.*\.en\.html$|FAQ\/(?:html\.en|en)\/.*\.html$/.test(path)) return docbookSections(read());
  return [];
}

function podSections(text, isFaq) {
  return text.split(/^(?==(?:head[1-4]|item) )/m).flatMap((section) => {
    const [, command, heading] = /^=(\w+) +(.+)/.exec(section) ?? [];
    if (!heading) return [];
    const body = section
      .slice(section.indexOf('\n') + 1)
      .replace(/^=\w+.*$/gm, '')
      .replace(/^X<.*$/gm, '');
    return [{ heading: plainPod(heading), text: plainPod(body), isAnswer: isFaq && command === 'head2' }];
  });
}

function plainPod(text) {
  return text.replace(/[A-Z]<+ ?([^<>]*?) ?>+/g, '$1').replace(/[A-Z]<([^<>]*)>/g, '$1');
}

function rstSections(text, isFaq) {
  const sections = text.split(/\n(?=[^\n]+\n(?:={3,}|-{3,}|\^{3,})\n)/);
  return sections.slice(1).map((section) => {
    const [heading, , ...lines] = section.split('\n');
    return {
      heading: plainRst(heading),
      text: plainRst(lines.join('\n')),
      isAnswer: isFaq && heading.trim().endsWith('?'),
    };
  });
}

function plainRst(text) {
  return text
    .replace(/:\w+(?::\w+)?:`!?~?([^`<]*)(?:<[^>]*>)?`/g, '$1')
    .replace(/`([^`<]*)<[^>]*>`_+/g, '$1')
    .replace(/^\.\. .*$/gm, '');
}

function docbookSections(html) {
  return html
    .split(/(?=<h[23] class="title")/)
    .slice(1)
    .map((section) => {
      const end = section.search(/<\/h[23]>/);
      const heading = plainHtml(section.slice(0, end)).replace(/^[\d.\s]+/, '');
      return { heading, text: plainHtml(section.slice(end)), isAnswer: heading.trim().endsWith('?') };
    });
}
