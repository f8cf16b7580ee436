/**
 * find-text side by side with Recoll, Tracker, Baloo, Xapian Omega, plocate and ripgrep: the same corpus, the same queries, one
 * run. `npm run bench:peers [-- --sizes S,M,L,1M] [--minutes N] [--engines A,B] [--publish] [PART...]`.
 * As root it installs what is missing from Debian; otherwise it says what is missing and leaves that engine out.
 *
 * Parts: sizes fresh languages code pdf home. `--publish` writes tables and plots into the documents; `--from FILE` takes a run
 * that was kept, several times the parts of several. Exit status 0: every check held; 1: a check failed; 2: it could not start.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { CORPUS_OPTIONS, corpusFolders } from './corpus.mjs';
import { describeMachine, machineName } from './lib/machine.mjs';
import { openProduct } from './lib/product.mjs';
import { print, runProgram, say } from './lib/program.mjs';
import { checksOf } from './peers/checks.mjs';
import { corporaOf, SIZES } from './peers/corpora.mjs';
import { ENGINES } from './peers/engines/all.mjs';
import { availableOf, versionsOf } from './peers/install.mjs';
import { withSection } from './peers/markdown.mjs';
import { mergeRuns } from './peers/merge-runs.mjs';
import { fullReport, plotsOf, shortReport } from './peers/report.mjs';
import { code } from './peers/sections/code.mjs';
import { fresh } from './peers/sections/fresh.mjs';
import { home } from './peers/sections/home.mjs';
import { languages } from './peers/sections/languages.mjs';
import { pdf } from './peers/sections/pdf.mjs';
import { sizes } from './peers/sections/sizes.mjs';

const ROOT = join(import.meta.dirname, '../..');
const PARTS = { sizes, fresh, languages, code, pdf, home };
const OPTIONS = {
  ...CORPUS_OPTIONS,
  sizes: { type: 'string', default: 'S,M' },
  minutes: { type: 'string', default: '20' },
  engines: { type: 'string' },
  publish: { type: 'boolean', default: false },
  from: { type: 'string', multiple: true },
};

async function main() {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const run = values.from ? mergeRuns(values.from.map(readRun)) : await measure(values, positionals);
  const checks = checksOf(run);
  print(fullReport(run));
  print(
    checks
      .map(({ name, isOk, detail }) => `${isOk ? 'ok    ' : 'FAILED'} ${name}${detail ? `: ${detail}` : ''}`)
      .join('\n'),
  );
  if (values.publish) publish(run);
  return checks.every(({ isOk }) => isOk) ? 0 : 1;
}

function readRun(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

async function measure(values, positionals) {
  const parts = known(positionals, Object.keys(PARTS), 'part');
  const wanted = known(values.sizes.split(','), SIZES, 'size');
  const names = known(
    values.engines?.split(',') ?? [],
    ENGINES.map(({ name }) => name),
    'engine',
  );
  const engines = availableOf(
    ENGINES.filter(({ name, isOurs }) => isOurs || names.includes(name)),
    say,
  );
  const folders = corpusFolders(values);
  const work = ownFolder(folders.cache);
  const product = await openProduct(ROOT, work);
  const context = { engines, product, folders, work, say, limitMs: Number(values.minutes) * 60_000 };
  context.corpora = corporaOf(wanted, folders);
  const facts = {
    machine: describeMachine(ROOT),
    limitMinutes: Number(values.minutes),
    engines: engines.map(describe),
  };
  const run = { ...facts, loads: {} };
  const places = { work, corpus: folders.corpus, cache: folders.cache };
  for (const part of parts) {
    run.loads[part] = loadNow();
    say(`== ${part} (load ${run.loads[part]})`);
    const take = (results) => keep(Object.assign(run, { [part]: results }), places);
    take(await PARTS[part]({ ...context, take }));
  }
  say(`raw run: ${fileOf(run).slice(ROOT.length + 1)}`);
  return run;
}

function loadNow() {
  return Number(loadavg()[0].toFixed(1));
}

/** All where none are named. */
function known(names, all, what) {
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`unknown ${what} ${unknown.join(', ')}: there are ${all.join(', ')}`);
  return names.length > 0 ? names : all;
}

/** Not below the folder for temporary files, where Tracker indexes nothing. It is gone at the end, whichever that is. */
function ownFolder(cache) {
  const work = join(cache, `peers-${process.pid}`);
  mkdirSync(work, { recursive: true, mode: 0o700 });
  process.once('exit', () => rmSync(work, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
  return work;
}

function describe(engine) {
  const { name, label, isOurs, index, query, settings, work } = engine;
  return { name, label, isOurs, version: versionsOf(engine) ?? 'this checkout', index, query, settings, work };
}

/** After each part, so that a run that is cut off keeps what it has. Folders of this machine stay out of it. */
function keep(run, places) {
  const text = Object.entries(places).reduce(
    (rest, [name, place]) => rest.replaceAll(place, `<${name}>`),
    JSON.stringify(run, null, 1),
  );
  mkdirSync(dirname(fileOf(run)), { recursive: true });
  writeFileSync(fileOf(run), `${text}\n`);
}

function fileOf({ machine }) {
  const [day, time] = machine.date.split('T');
  const name = `peers-${time.slice(0, 5).replace(':', '')}.json`;
  return join(ROOT, 'test/bench/runs', `${day}-${machineName(machine)}`, name);
}

/** The tables into docs/comparison.md and the README, the plots beside. */
function publish(run) {
  const replace = (document, content) => {
    const path = join(ROOT, document);
    writeFileSync(path, withSection(readFileSync(path, 'utf8'), 'peers', content));
  };
  for (const [name, svg] of Object.entries(plotsOf(run))) writeFileSync(join(ROOT, 'docs', name), svg);
  replace('docs/comparison.md', fullReport(run));
  replace('README.md', shortReport(run));
}

await runProgram(main);
