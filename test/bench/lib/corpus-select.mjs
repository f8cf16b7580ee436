/**
 * Chooses the files of S and M from the unpacked packages, the same ones whenever the packages are the same: whole
 * folders, at most 60 files of each, in the order of the SHA-256 of their path, so that a corpus has as many files per
 * folder as a home directory has. Called by corpus.mjs.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { CODE_PACKAGES } from './corpus-packages.mjs';
import { filesBelow } from './corpus-pool.mjs';

const FILES_PER_FOLDER = 60;
const MIN_BYTES = 600;
const MAX_BYTES = 1 << 20;
const HTML = new Set(['.html', '.htm', '.xhtml', '.page', '.xml']);
const RICH = new Set('.pdf .odt .ods .odp .ott .otp .docx .pptx .xlsx .epub .doc .xls .ppt .rtf .fb2'.split(' '));
const PREFIXES = ['usr/share/doc/', 'usr/share/', 'usr/src/', 'usr/lib/', 'usr/'];

/** Writes `quotas` (name → files per group) as folders below `target`. */
export function selectCorpora(pool, packages, target, quotas) {
  const groups = [[], [], []];
  for (const name of packages) {
    for (const path of filesBelow(join(pool, name)).filter(isTextFile)) {
      const entry = toEntry(name, relative(join(pool, name), path), path);
      groups[groupOf(name, path)].push(entry);
    }
  }
  const ordered = groups.map(inOrder);
  for (const [corpus, quota] of Object.entries(quotas)) {
    const folder = join(target, corpus);
    rmSync(folder, { recursive: true, force: true });
    ordered.forEach((group, index) => {
      for (const entry of group.slice(0, quota[index])) put(entry.path, join(folder, entry.home));
    });
  }
}

function isTextFile(path) {
  if (RICH.has(extname(path).toLowerCase())) return false;
  const { size } = statSync(path);
  if (size < MIN_BYTES || size > MAX_BYTES) return false;
  const bytes = readFileSync(path);
  return !bytes.includes(0) && isUtf8(bytes);
}

function groupOf(packageName, path) {
  if (CODE_PACKAGES.has(packageName)) return 0;
  return HTML.has(extname(path).toLowerCase()) ? 1 : 2;
}

function toEntry(packageName, inner, path) {
  const folder = dirname(inner) === '.' ? '' : dirname(inner);
  return {
    folderKey: sha256(`${packageName}/${folder}`),
    key: sha256(`${packageName}/${inner}`),
    path,
    home: homeOf(packageName, inner),
  };
}

function inOrder(group) {
  const taken = new Map();
  return group
    .sort((a, b) => compare(a.folderKey, b.folderKey) || compare(a.key, b.key))
    .filter(({ folderKey }) => {
      taken.set(folderKey, (taken.get(folderKey) ?? 0) + 1);
      return taken.get(folderKey) <= FILES_PER_FOLDER;
    });
}

/** Where a user would keep the file: usr/share/man/ja/man1/a.1 of manpages-ja → Documents/man/manpages-ja/ja/man1/a.1 */
function homeOf(packageName, inner) {
  const prefix = PREFIXES.find((start) => inner.startsWith(start)) ?? '';
  const rest = inner.slice(prefix.length);
  if (rest.startsWith('man/')) return `Documents/man/${packageName}/${rest.slice('man/'.length)}`;
  const isNamed = rest.startsWith(packageName) || packageName === 'linux-source-6.1';
  const top = CODE_PACKAGES.has(packageName) ? 'src' : 'Documents';
  return isNamed ? `${top}/${rest}` : `${top}/${packageName}/${rest}`;
}

function put(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  if (!existsSync(to)) copyFileSync(from, to);
}

/**
 * The list hash covers the sorted relative paths, one a line; the content hash each path, a NUL and the file's SHA-256.
 * @returns files and directories (the root included), bytes, and both hashes in hex.
 */
export function describeCorpus(folder) {
  const paths = filesBelow(folder).map((path) => Buffer.from(relative(folder, path)));
  paths.sort(Buffer.compare);
  const list = createHash('sha256');
  const content = createHash('sha256');
  let bytes = 0;
  for (const path of paths) {
    const file = readFileSync(join(folder, path.toString()));
    bytes += file.length;
    list.update(path).update('\n');
    content.update(path).update('\0').update(createHash('sha256').update(file).digest());
  }
  const directories = new Set(paths.flatMap((path) => parents(path.toString())));
  return {
    files: paths.length,
    directories: directories.size,
    bytes,
    list: list.digest('hex'),
    content: content.digest('hex'),
  };
}

function parents(path) {
  const folder = dirname(path);
  return folder === '.' ? ['.'] : [folder, ...parents(folder)];
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
