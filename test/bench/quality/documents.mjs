/**
 * The text of real documents, beside what other programs read of the same files: pdftotext, LibreOffice, pandoc. For
 * each ending: how many files have text, and how many of the other program's words are there. `--documents DIR` names a
 * folder of documents; processor time is measured in the same run.
 *
 * What the other program makes itself is no word of the document: numbers of pages and lists, marks of notes, error
 * values. In a workbook those words count that both LibreOffice and Gnumeric have, numbers as they are shown; the share
 * of all that LibreOffice alone has is told beside. A file of which no word counts is left out.
 */
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { runTree } from '../lib/process-tree.mjs';
import { privateEnv } from '../lib/product.mjs';
import { figure, table } from '../lib/table.mjs';
import { isPrinted, readByOthers } from './documents/others.mjs';
import { recallOf } from './documents/recall.mjs';

const RECALL = 0.98;
const READ = 0.99;
const CPU_S = 85;
const AIM_CPU_S = 60;
const MEMORY_MB = 700;
const SHOWN = 20;

export async function documents({ product, scratch, documents: folder }) {
  if (!folder) throw new Error('measure documents: name a folder of them with --documents DIR');
  const paths = filesIn(folder);
  const env = privateEnv(join(scratch, 'documents-index'));
  const run = await runTree([...product.findTextd, 'rebuild', folder], { env });
  const texts = textsOf(product, env, folder);
  const work = join(scratch, 'documents-work');
  const { texts: others, seconds, pdftotextCpuS } = await readByOthers(paths, folder, work);
  rmSync(work, { recursive: true, force: true });
  const files = [...others].map(([path, other]) => {
    return { path, other, own: texts.get(path) ?? '', isPrinted: isPrinted(path), seconds: seconds.get(path) };
  });
  const measured = files.map((one) => ({ ...one, ...recallOf(one) })).filter(({ words }) => words > 0);
  print(measured);
  const alone = files.filter(({ seconds }) => seconds).map((one) => ({ ...one, ...recallOf({ ...one, seconds: [] }) }));
  const read = measured.filter(({ own }) => own.trim() !== '').length / measured.length;
  const kinds = [...grouped(measured)].map(([kind, all]) => [kind, shareOf(all)]);
  return [
    figure('documents', paths.length),
    figure(`text from those that others read, share of ${measured.length}`, read, { target: READ, atLeast: true }),
    ...kinds.map(([kind, share]) => figure(`words of ${kind}`, share, { target: RECALL, atLeast: true })),
    ...[...grouped(alone)].map(([kind, all]) => figure(`… of ${kind}, all that LibreOffice alone has`, shareOf(all))),
    figure('processor time', run.cpuS, { target: CPU_S, aim: AIM_CPU_S, unit: 's' }),
    figure('… of pdftotext, for the PDF files alone', pdftotextCpuS, { unit: 's' }),
    figure('peak memory of all processes', run.peakPssMb, { target: MEMORY_MB, unit: 'MB' }),
  ];
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

/** Of each file with what is in it, by its path in the folder. */
function textsOf(product, env, folder) {
  const db = product.openForReading(product.currentIndexFile(join(env.XDG_DATA_HOME, 'find-text')));
  const rows = db.prepare(
    `SELECT dir.path AS directory, file.name, deflated FROM part JOIN file ON file.id = part.file_id
     JOIN dir ON dir.id = file.dir_id JOIN stored_text ON part_id = part.id ORDER BY part.id`,
  );
  const texts = new Map();
  for (const { directory, name, deflated } of rows.iterate()) {
    const path = join(directory.toString(), name.toString()).slice(folder.length + 1);
    texts.set(path, `${texts.get(path) ?? ''}\n${inflateRawSync(deflated)}`);
  }
  // Where the file is itself the text the index has no copy: a `.doc` may be one.
  const plain = db.prepare(
    `SELECT dir.path AS directory, file.name FROM part JOIN file ON file.id = part.id JOIN dir ON dir.id = file.dir_id
     WHERE extractor = 'text' AND part.id NOT IN (SELECT part_id FROM stored_text)`,
  );
  for (const { directory, name } of plain.iterate()) {
    const path = join(directory.toString(), name.toString());
    texts.set(path.slice(folder.length + 1), readFileSync(path, 'latin1'));
  }
  db.close();
  return texts;
}

function shareOf(all) {
  const sum = (key) => all.reduce((total, one) => total + one[key], 0);
  return sum('found') / sum('words');
}

function print(measured) {
  const rows = [...grouped(measured)].map(([kind, all]) => [
    kind,
    all.length,
    all.filter(({ own }) => own.trim() !== '').length,
    shareOf(all),
    Math.min(...all.map(({ recall }) => recall)),
    all.filter(({ recall }) => recall < RECALL).length,
  ]);
  const worst = measured.filter(({ recall }) => recall < RECALL).sort((a, b) => a.recall - b.recall);
  const lines = worst.slice(0, SHOWN).map(({ path, recall, lacking }) => [path, recall, lacking.join(' ')]);
  process.stdout.write(
    `${table(['ending', 'files that others read', 'read', 'words', 'worst file', `files below ${RECALL}`], rows)}\n\n`,
  );
  if (lines.length > 0) process.stdout.write(`${table(['file', 'words', 'lacks'], lines)}\n\n`);
}

function grouped(measured) {
  return measured.reduce(addTo, new Map());
}

function addTo(groups, one) {
  return groups.set(kindOf(one), [...(groups.get(kindOf(one)) ?? []), one]);
}

function kindOf({ path }) {
  return extname(path).toLowerCase();
}
