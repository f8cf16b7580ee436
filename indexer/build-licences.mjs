/** Writes dist/licences.txt: the licences of the libraries that are inside the programs, which ask for that. Used by build.mjs. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** They stand beside the programs. */
const NATIVE = ['node_modules/better-sqlite3', 'node_modules/better-sqlite3-napi', 'node_modules/koffi'];
const LICENCE = /^(licen[cs]e|copying|notice)/i;

/** @param files  that the bundles were made of, below the checkout */
export function buildLicences(dist, files) {
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter(Boolean);
  const texts = [...new Set([...folders, ...NATIVE.filter(existsSync)])].sort().map(licenceOf);
  writeFileSync(join(dist, 'licences.txt'), texts.join(`\n${'-'.repeat(80)}\n\n`));
}

function licenceOf(folder) {
  const { name, version, license, author, homepage, repository } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const files = readdirSync(folder).filter((each) => LICENCE.test(each));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (texts.length === 0) texts.push(`Copyright ${author?.name ?? author ?? `the authors of ${name}`}`);
  const source = homepage ?? repository?.url ?? repository ?? `https://www.npmjs.com/package/${name}`;
  return `${name} ${version}: ${license}\nSource: ${source}\n\n${texts.join('\n\n')}\n`;
}
