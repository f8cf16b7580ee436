/**
 * Packages for a purpose: the question is what a metapackage of Debian says of itself, and the answers are the packages
 * that it brings. The documents are what packages say of themselves.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { words } from './text.mjs';

const MOST_OTHERS = 6000;
const MIN_WORDS = 8;
const RELEVANT = { least: 4, most: 150 };

/** @param folder  for the lists of apt, with the descriptions, which a machine may leave out of its own. */
export function readPackages(folder) {
  const lists = downloadLists(folder);
  const texts = new Map(
    recordsOf(lists, /Translation-en/).map((record) => [fieldOf(record, 'Package'), describe(record)]),
  );
  const brought = new Map(
    recordsOf(lists, /_Packages/).map((record) => [fieldOf(record, 'Package'), bringsOf(record)]),
  );
  const isSet = (name) => /metapackage/i.test(texts.get(name).text);
  const queries = [...texts.keys()].filter(isSet).flatMap((name) => {
    const relevant = (brought.get(name) ?? []).filter((one) => texts.has(one) && !isSet(one));
    const text = texts
      .get(name)
      .text.split(/\n\s*\n/)[0]
      .replace(/\s+/g, ' ')
      .trim();
    const isJudged = relevant.length >= RELEVANT.least && relevant.length <= RELEVANT.most;
    return isJudged && words(text).length >= MIN_WORDS ? [{ id: name, text, relevant }] : [];
  });
  const wanted = new Set(queries.flatMap(({ relevant }) => relevant));
  const others = [...texts.keys()]
    .filter((name) => !wanted.has(name) && !isSet(name))
    .map((name) => [digest(name), name]);
  const chosen = [
    ...wanted,
    ...others
      .sort()
      .slice(0, MOST_OTHERS)
      .map(([, name]) => name),
  ];
  return { name: 'packages', documents: chosen.map((id) => ({ id, ...texts.get(id) })), queries };
}

/** Needs no rights and touches nothing of apt's own. */
function downloadLists(folder) {
  const lists = join(folder, 'lists');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  if (readdirSync(lists).some((name) => name.includes('Translation-en'))) return lists;
  const options = {
    'Dir::State::lists': lists,
    'Dir::Cache': folder,
    'Acquire::Languages': 'en',
    'APT::Sandbox::User': '',
  };
  const run = spawnSync(
    'apt-get',
    ['update', '-q', ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])],
    { encoding: 'utf8' },
  );
  if (run.status !== 0)
    throw new Error(`download the descriptions of packages: ${run.stderr.trim() || 'apt-get gave no reason'}`);
  return lists;
}

function recordsOf(lists, pattern) {
  const files = readdirSync(lists)
    .filter((name) => pattern.test(name))
    .map((name) => join(lists, name));
  const helper = ['/usr/lib/apt/apt-helper', '/usr/libexec/apt/apt-helper'].find(existsSync) ?? 'apt-helper';
  return files
    .sort()
    .flatMap((file) =>
      execFileSync(helper, ['cat-file', file], { encoding: 'utf8', maxBuffer: 2 ** 30 }).split('\n\n'),
    );
}

function fieldOf(record, name) {
  return new RegExp(`^${name}: (.*(?:\\n .*)*)`, 'm').exec(record)?.[1] ?? '';
}

function describe(record) {
  const [title, ...lines] = fieldOf(record, 'Description-en').split('\n');
  return { title, text: lines.map((line) => line.replace(/^ \.$/, '').trimStart()).join('\n') };
}

function bringsOf(record) {
  const named = ['Depends', 'Recommends', 'Suggests'].flatMap((field) => fieldOf(record, field).split(/[,|]/));
  return [...new Set(named.map((one) => one.trim().split(/[ :]/)[0]))].filter(Boolean);
}

function digest(name) {
  return createHash('sha256').update(name).digest('hex');
}
