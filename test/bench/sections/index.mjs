/**
 * `find-textd rebuild` on M beside Xapian Omega and a bare FTS5 insert: CPU of the whole process tree, peak memory of all
 * its processes together, size. Checked: no document is missing, and what ripgrep finds, find-text finds.
 */
import { spawnSync } from 'node:child_process';
import { anchorPath, buildFts5, buildOmega, filesWithWord, hasTool } from '../lib/anchors.mjs';
import { COMMON_WORDS } from '../lib/queries.mjs';
import { figure } from '../lib/table.mjs';

export async function run({ product, corpora, cache }) {
  const corpus = corpora.M;
  const ours = await product.indexOf(corpus);
  const facts = product.indexFacts(ours.file);
  const anchors = { 'bare FTS5 insert': await buildFts5(corpus.folder, anchorPath(buildFts5, corpus, cache)) };
  if (hasTool('omindex'))
    anchors['Xapian Omega'] = await buildOmega(corpus.folder, anchorPath(buildOmega, corpus, cache));
  return {
    figures: [
      figure('CPU, whole process tree', ours.run.cpuS, { unit: 's', target: 25, aim: 14 }),
      figure('peak memory, sum of RSS', ours.run.peakRssMb, { unit: 'MB', target: 500, aim: 350 }),
      figure('peak memory, sum of PSS', ours.run.peakPssMb, { unit: 'MB', target: 500, aim: 350 }),
      figure('index / extracted text', facts.indexBytes / facts.textBytes, { target: 0.6, aim: 0.45 }),
      figure('wall time', ours.run.wallS, { unit: 's' }),
    ],
    tables: [engines({ 'find-text': { ...ours.run, indexBytes: facts.indexBytes }, ...anchors }, corpus.bytes)],
    checks: [countCheck(facts.documents, corpus), ...(hasTool('rg') ? wordChecks(product, ours, corpus) : [])],
    raw: { ...facts, ...accounts({ ours: ours.run, ...anchors }) },
  };
}

function engines(runs, corpusBytes) {
  const ours = runs['find-text'];
  return {
    header: [
      'engine',
      'CPU s',
      'x ours',
      'MB/CPU s',
      'wall s',
      'RSS MB',
      'PSS MB',
      'processes',
      'index MB',
      'index/files',
    ],
    rows: Object.entries(runs).map(([name, run]) => [
      name,
      run.cpuS,
      run.cpuS / ours.cpuS,
      corpusBytes / 1e6 / run.cpuS,
      run.wallS,
      Math.round(run.peakRssMb),
      Math.round(run.peakPssMb),
      run.processes,
      Math.round(run.indexBytes / 1e6),
      run.indexBytes / corpusBytes,
    ]),
  };
}

function accounts(runs) {
  return Object.fromEntries(Object.entries(runs).map(([name, { stdout, stderr, ...account }]) => [name, account]));
}

function countCheck(documents, corpus) {
  return { name: `${corpus.files} documents`, isOk: documents === corpus.files, detail: `${documents} in the index` };
}

function wordChecks(product, ours, corpus) {
  return COMMON_WORDS.map((word) => {
    const expected = filesWithWord(word, corpus.folder);
    const found = new Set(search(product, ours, corpus, word));
    const missing = expected.filter((path) => !found.has(path));
    const example = missing.length > 0 ? `, for example ${missing[0]}` : '';
    return {
      name: `every file rg -lw finds: ${word}`,
      isOk: expected.length > 0 && missing.length === 0,
      detail: `rg ${expected.length}, find-text ${found.size}, missing ${missing.length}${example}`,
    };
  });
}

function search(product, ours, corpus, word) {
  const argv = [...product.findText, '-l', '-0', '-n', '0', '--', word];
  const run = spawnSync(argv[0], argv.slice(1), { env: ours.env, encoding: 'latin1', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`find-text ${word}: status ${run.status}: ${run.stderr}`);
  return run.stdout
    .split('\0')
    .filter(Boolean)
    .map((path) => path.slice(corpus.folder.length + 1));
}
