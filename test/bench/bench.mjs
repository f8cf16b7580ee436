/**
 * The benchmark: `npm run bench [-- [--corpus DIR] [--debs DIR] [SECTION...]]`. Prints each section's figures beside their
 * targets and beside other engines in the same run, and keeps the raw run in test/bench/runs/.
 * Exit status 0: every check of the results held (a missed target is reported, not a failure); 1: a check failed; 2: it
 * could not start.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CORPUS_OPTIONS, corpusFolders, corpusLines, ensureCorpora } from './corpus.mjs';
import { toolVersion } from './lib/anchors.mjs';
import { describeMachine, machineName } from './lib/machine.mjs';
import { openProduct } from './lib/product.mjs';
import { print, runProgram } from './lib/program.mjs';
import { figureTable, table } from './lib/table.mjs';
import * as sections from './sections/all.mjs';

const ROOT = join(import.meta.dirname, '../..');

async function main() {
  const { values, positionals } = parseArgs({ options: CORPUS_OPTIONS, allowPositionals: true });
  const names = chosen(positionals);
  const folders = corpusFolders(values);
  const corpora = ensureCorpora(folders);
  const scratch = mkdtempSync(join(tmpdir(), 'find-text-bench-'));
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
  const product = await openProduct(ROOT, scratch);
  const machine = describeMachine(ROOT);
  const tools = ['omindex', 'quest', 'rg'].map((tool) => toolVersion(tool)).filter(Boolean);
  print(machineLines(machine, tools).concat(corpusLines(corpora)).join('\n'));
  const context = { root: ROOT, scratch, corpora, product, cache: folders.cache, folders };
  const results = [];
  for (const name of names) results.push(await runSection(name, context));
  print(summary(results));
  const text = JSON.stringify({ machine, tools, corpora: withoutFolders(corpora), results }, null, 1);
  keep(withoutPlaces(text, { scratch, corpus: folders.corpus, root: ROOT }), machine);
  return results.every((result) => result.checks.every((check) => check.isOk)) ? 0 : 1;
}

function chosen(names) {
  const known = Object.keys(sections.byName);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`unknown section ${unknown.join(', ')}: there are ${known.join(', ')}`);
  return names.length > 0 ? names : known.filter((name) => !sections.byName[name].isLong);
}

/** A section that throws has failed; the others still run. */
async function runSection(name, context) {
  const { title, run } = sections.byName[name];
  print(`\n== ${name}: ${title} (load ${loadavg()[0].toFixed(1)})`);
  const result = await run(context).catch((error) => ({
    checks: [{ name: 'the section ran to its end', isOk: false, detail: error.stack }],
  }));
  const { figures = [], tables = [], checks = [], notes = [] } = result;
  if (figures.length > 0) print(figureTable(figures));
  for (const { header, rows } of tables) print(`\n${table(header, rows)}`);
  if (loadavg()[0] > cpus().length + 1) {
    print(
      `  note: the machine was busy (load ${loadavg()[0].toFixed(1)}, ${cpus().length} processors): wall times say little`,
    );
  }
  for (const note of notes) print(`  note: ${note}`);
  for (const check of checks)
    print(`  ${check.isOk ? 'ok    ' : 'FAILED'} ${check.name}${check.detail ? `: ${check.detail}` : ''}`);
  return { name, load: loadavg()[0], ...result, checks };
}

function summary(results) {
  const missed = results.flatMap(({ name, figures = [] }) =>
    figures.filter((figure) => !figure.isMet).map((figure) => `${name}: ${figure.name}`),
  );
  const failed = results.flatMap(({ name, checks }) =>
    checks.filter((check) => !check.isOk).map((check) => `${name}: ${check.name}`),
  );
  const list = (title, items) => `${title}: ${items.length === 0 ? 'none' : `\n  ${items.join('\n  ')}`}`;
  return `\n${list('missed targets', missed)}\n${list('failed checks', failed)}`;
}

function machineLines(machine, tools) {
  return [
    `${machine.date}  commit ${machine.commit}`,
    `${machine.cpu}, ${machine.memoryGb} GB, Linux ${machine.kernel}, load ${machine.load.join(' ')}`,
    `node ${machine.node}, SQLite ${machine.sqlite}, flexsearch ${machine.flexsearch}, ${tools.join(', ')}`,
  ];
}

/** Folder names of this machine stay out of what is kept. */
function withoutFolders(corpora) {
  return Object.values(corpora).map(({ folder, ...facts }) => facts);
}

/** Messages may name them too. */
function withoutPlaces(text, places) {
  return Object.entries(places).reduce((rest, [name, folder]) => rest.replaceAll(folder, `<${name}>`), text);
}

function keep(text, machine) {
  const [day, time] = machine.date.split('T');
  const folder = join(ROOT, 'test/bench/runs', `${day}-${machineName(machine)}`);
  mkdirSync(folder, { recursive: true });
  const file = `${time.slice(0, 5).replace(':', '')}.json`;
  writeFileSync(join(folder, file), `${text}\n`);
  print(`\nraw run: ${join(folder, file).slice(ROOT.length + 1)}`);
}

await runProgram(main);
