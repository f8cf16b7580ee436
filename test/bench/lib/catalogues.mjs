/** Translated texts of 17 languages: the catalogues of two Debian packages, eight messages a document. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, unpackPackages } from './corpus-pool.mjs';

const PACKAGES = ['evolution-common', 'libgtk-3-common'];
export const LANGUAGES = 'ar cs de el es fr he hi ja ko pl ru th tr uk vi zh_CN'.split(' ');
const MESSAGES = 8;
const MOST_DOCUMENTS = 400;

/** @param work  for the unpacked packages. @returns by language the texts, as written to `folder`. */
export function writeCatalogues(debs, work, folder) {
  mkdirSync(debs, { recursive: true });
  if (!existsSync(join(work, PACKAGES[0]))) unpackPackages(PACKAGES, debs, work);
  const files = filesBelow(work).filter((path) => path.endsWith('.mo'));
  return new Map(LANGUAGES.map((language) => [language, writeLanguage(language, files, join(folder, language))]));
}

function writeLanguage(language, files, folder) {
  mkdirSync(folder, { recursive: true });
  const own = files.filter((path) => path.includes(`/locale/${language}/`)).sort();
  const messages = [...new Set(own.flatMap((path) => messagesOf(readFileSync(path))))];
  const documents = new Map();
  for (let at = 0; at < messages.length && documents.size < MOST_DOCUMENTS; at += MESSAGES) {
    const path = join(folder, `${documents.size}.txt`);
    const text = messages.slice(at, at + MESSAGES).join('\n');
    writeFileSync(path, `${text}\n`);
    documents.set(path, text);
  }
  return documents;
}

/** Of a file of GNU gettext, little-endian: the translations, without the header. */
function messagesOf(bytes) {
  const [count, table] = [bytes.readUInt32LE(8), bytes.readUInt32LE(16)];
  const messages = [];
  for (let i = 1; i < count; i++) {
    const [length, at] = [bytes.readUInt32LE(table + 8 * i), bytes.readUInt32LE(table + 8 * i + 4)];
    messages.push(...bytes.toString('utf8', at, at + length).split('\0'));
  }
  return messages.filter((message) => message.length > 3);
}
