/**
 * What documents say of themselves, in two hundred made files of every format, with unusual encodings and dates, which
 * exiftool, ffmpeg, LibreOffice and writers of our own have made: is it what was put into them? Beside it what exiftool and
 * pdfinfo say of the same files. A daemon indexes them, `find-text --json` tells.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { startDaemon } from '../lib/daemon.mjs';
import { privateEnv } from '../lib/product.mjs';
import { figure, table } from '../lib/table.mjs';
import { letters } from './properties/letters.mjs';
import { oldDocuments, pictures, sounds } from './properties/media.mjs';
import { notes, offices, pdfs, rtfs } from './properties/papers.mjs';
import { comparable, readReferences } from './properties/references.mjs';

const DATES = new Set(['written', 'sent', 'taken']);
const LETTER = join(import.meta.dirname, '../../fixtures/office/letter.fodt');

export async function properties({ product, scratch }) {
  const folder = join(scratch, 'properties');
  const work = join(scratch, 'properties-work');
  for (const one of [folder, work]) mkdirSync(one);
  const files = [
    ...pdfs(product.bytes),
    ...offices(product.bytes),
    ...rtfs(),
    ...notes(),
    ...letters(),
    ...pictures(work),
    ...sounds(work),
    ...oldDocuments(work, LETTER),
  ];
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes);
  const env = privateEnv(join(scratch, 'properties-index'));
  const daemon = await startDaemon(product, folder, env);
  const told = allHits(product, env, folder);
  await daemon.stop();
  const names = files.map(({ name }) => name);
  const references = readReferences(folder, names);
  const values = files.flatMap(({ name, says }) =>
    compare(name, says, told.get(name) ?? {}, references.get(name) ?? {}),
  );
  print(values);
  const right = values.filter(({ isRight }) => isRight).length;
  const wrongFiles = new Set(values.filter(({ isRight }) => !isRight).map(({ name }) => name));
  const toldByReference = values.filter(({ isReferenceRight }) => isReferenceRight);
  return [
    figure('files with properties', files.length, { target: 200, atLeast: true }),
    figure(`properties that are right, share of ${values.length}`, right / values.length, {
      target: 0.98,
      atLeast: true,
    }),
    figure(
      `right where exiftool or pdfinfo is right, share of ${toldByReference.length}`,
      toldByReference.filter(({ isRight }) => isRight).length / toldByReference.length,
      { target: 0.98, atLeast: true },
    ),
    figure('files with all of them right, share', 1 - wrongFiles.size / files.length),
  ];
}

function allHits({ findText }, env, folder) {
  const [program, ...args] = findText;
  const { stdout } = spawnSync(program, [...args, '--json', '-n', '0', `in:${folder}`], {
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const hits = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return new Map(hits.map((hit) => [hit.path.slice(folder.length + 1), hit]));
}

function compare(name, says, hit, references) {
  return Object.entries(says).map(([field, wanted]) => {
    const found = DATES.has(field) ? timeOf(hit[field]) : hit[field];
    const isNear = field === 'duration' && Math.abs(found - wanted) < 0.5;
    const isRight = isNear || JSON.stringify(found) === JSON.stringify(wanted);
    const told = references[field] ?? [];
    const isReferenceRight = told.includes(comparable(field, DATES.has(field) ? isoOf(wanted) : wanted));
    return { name, field, wanted, found, isRight, told, isReferenceRight };
  });
}

function isoOf(ms) {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

function timeOf(text) {
  return text === undefined ? undefined : Date.parse(text);
}

function print(values) {
  const kinds = grouped(values);
  const rows = [...kinds].map(([kind, all]) => {
    return [
      kind,
      new Set(all.map(({ name }) => name)).size,
      all.length,
      all.filter(({ isRight }) => isRight).length,
      all.filter(({ told }) => told.length > 0).length,
      all.filter(({ isReferenceRight }) => isReferenceRight).length,
      all.filter(({ isRight, isReferenceRight }) => isReferenceRight && !isRight).length,
    ];
  });
  process.stdout.write(
    `${table(['kind', 'files', 'properties', 'right', 'a reference says', 'right there', 'right there only'], rows)}\n\n`,
  );
  for (const { name, field, wanted, found } of values.filter(({ isRight }) => !isRight))
    process.stdout.write(`  ${name}: ${field} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}\n`);
  process.stdout.write('\n');
}

function grouped(values) {
  const groups = new Map();
  for (const value of values) groups.set(extname(value.name), [...(groups.get(extname(value.name)) ?? []), value]);
  return groups;
}
