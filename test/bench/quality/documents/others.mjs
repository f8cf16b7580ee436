/**
 * Documents as text by other programs: pdftotext, LibreOffice, pandoc, whichever is best at a format. Used by
 * documents.mjs.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTree } from '../../lib/process-tree.mjs';
import { AS_SHOWN, AS_STORED, byGnumeric, SHEET_ENDINGS, textOfCells } from './sheets.mjs';

const PLAIN = 'txt:Text (encoded):UTF8';
/** Ending → what LibreOffice makes of it. */
const BY_OFFICE = { doc: PLAIN, ott: PLAIN, rtf: PLAIN, ppt: 'pdf', pptx: 'pdf', odp: 'pdf', otp: 'pdf' };
const BY_PANDOC = ['docx', 'odt', 'epub', 'fb2', 'html', 'ipynb'];
const LABELS = fileURLToPath(new URL('labels.lua', import.meta.url));
/** At a time: LibreOffice needs a second to begin. */
const BATCH = 50;
const MAX_BUFFER = 1 << 28;

/** LibreOffice has laid it out in order to read it. */
export function isPrinted(path) {
  return endingOf(path) in BY_OFFICE;
}

/**
 * @returns texts by path, those of a second program for some of them, which may read a document in several ways, and
 * the processor time of pdftotext.
 */
export async function readByOthers(paths, folder, work) {
  mkdirSync(work, { recursive: true });
  const of = (endings) => paths.filter((path) => endings.includes(endingOf(path)));
  const pdfs = await byPdftotext(of(['pdf']), folder, work);
  const workbooks = of(SHEET_ENDINGS);
  const office = [...byOffice(of(Object.keys(BY_OFFICE)), folder, work), ...sheetsByOffice(workbooks, folder, work)];
  const pandoc = of(BY_PANDOC).map((path) => [path, byPandoc(join(folder, path))]);
  return {
    texts: new Map([...pdfs.texts, ...office, ...pandoc]),
    seconds: new Map(workbooks.map((path) => [path, byGnumeric(join(folder, path), work)])),
    pdftotextCpuS: pdfs.cpuS,
  };
}

/** One process for each file, as a search program would start it. */
async function byPdftotext(paths, folder, work) {
  const list = join(work, 'pdfs');
  writeFileSync(list, paths.map((path, i) => `${join(folder, path)}\0${join(work, `${i}.text`)}\0`).join(''));
  const { cpuS } = await runTree(['sh', '-c', 'xargs -0 -n 2 pdftotext < "$0" || true', list]);
  return { cpuS, texts: paths.map((path, i) => [path, tryRead(join(work, `${i}.text`))]) };
}

function byOffice(paths, folder, work) {
  const groups = new Map();
  for (const path of paths) {
    const into = BY_OFFICE[endingOf(path)];
    groups.set(into, [...(groups.get(into) ?? []), path]);
  }
  return [...groups].flatMap(([into, all]) => convertAll(all, into, { folder, work }));
}

function sheetsByOffice(paths, folder, work) {
  const [shown, stored] = [AS_SHOWN, AS_STORED].map((into, way) => {
    const place = join(work, `sheets${way}`);
    mkdirSync(place);
    return convertAll(paths, into, { folder, work: place });
  });
  return shown.map(([path, text], i) => [path, textOfCells(text, stored[i][1])]);
}

function convertAll(paths, into, { folder, work }) {
  return inBatches(paths).flatMap((batch, i) => convert(batch, { into, i, folder, work }));
}

function convert(batch, { into, i, folder, work }) {
  const place = join(work, `${into.slice(0, 3)}${i}`);
  mkdirSync(place);
  const copies = batch.map((path, at) => {
    const copy = join(place, `${at}${extname(path)}`);
    copyFileSync(join(folder, path), copy);
    return copy;
  });
  const profile = `-env:UserInstallation=file://${work}/profile`;
  spawnSync('soffice', [profile, '--headless', '--convert-to', into, '--outdir', place, ...copies], {
    stdio: 'ignore',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  return batch.map((path, at) => [path, converted(place, at, into)]);
}

/** A workbook has become a file for each sheet: '3-Prices.csv'. */
function converted(place, at, into) {
  if (into === 'pdf') return run('pdftotext', [join(place, `${at}.pdf`), '-']);
  if (into === PLAIN) return tryRead(join(place, `${at}.txt`));
  return run('sh', ['-c', 'cat "$0"/"$1"-*.csv "$0"/"$1".csv 2>/dev/null', place, String(at)]);
}

function byPandoc(file) {
  return run('pandoc', [
    '-t',
    'plain',
    '--wrap=none',
    '-L',
    LABELS,
    ...(extname(file) === '.html' ? ['-f', 'html'] : []),
    file,
  ]);
}

function run(program, args) {
  return spawnSync(program, args, { encoding: 'utf8', maxBuffer: MAX_BUFFER }).stdout ?? '';
}

function tryRead(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function inBatches(all) {
  return Array.from({ length: Math.ceil(all.length / BATCH) }, (_, i) => all.slice(i * BATCH, (i + 1) * BATCH));
}

function endingOf(path) {
  return extname(basename(path)).slice(1).toLowerCase();
}
