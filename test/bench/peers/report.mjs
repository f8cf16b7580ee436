/** The results of a run as tables in Markdown and as plots. Pure: the run that was kept gives the same again. */
import { lineChart } from './line-chart.mjs';
import { duration, markdownTable, number, pair, percent, wrapped } from './markdown.mjs';

const MB = 1e6;
const FILES = { S: '2,000', M: '20,000', L: '92,700', '1M': '1,000,000' };

/** Everything, for docs/comparison.md. */
export function fullReport(run) {
  return [
    machineLines(run),
    enginesTable(run),
    ...part('### First index', indexTable(run), INDEX_NOTE(run)),
    ...part('### A query, the whole command', queryTable(run), queryNote(run)),
    ...part('### What is found', listsTable(run), LISTS_NOTE),
    ...part('### A saved file, until it is found', freshTable(run), FRESH_NOTE),
    ...part('### The right file first', placesTable(run), placesNote(run)),
    ...part('### Words of other languages', languagesTable(run), LANGUAGES_NOTE),
  ].join('\n\n');
}

function part(heading, table, note) {
  return table ? [heading, table, wrapped(note)] : [];
}

function machineLines({ machine, limitMinutes, sizes = [], loads = {}, runs = 1 }) {
  const corpora = sizes.map(
    ({ size, files, bytes }) => `${size} (${files.toLocaleString('en-US')} files, ${number(bytes / MB)} MB)`,
  );
  return [
    `${runs === 1 ? 'One run' : `${runs} runs, one after the other,`} of \`npm run bench:peers\`, ${machine.date.slice(0, 10)}: ${machine.cpu}, ${machine.memoryGb} GB, Linux ${machine.kernel}, Node ${machine.node}.`,
    `Corpora: ${corpora.join(', ')}. A first index had ${limitMinutes} minutes. Load when each part began: ${Object.entries(
      loads,
    )
      .map(([part, load]) => `${part} ${load}`)
      .join(', ')}.`,
  ]
    .map(wrapped)
    .join('\n');
}

function enginesTable({ engines }) {
  const header = ['engine', 'version', 'index', 'query', 'set', 'works otherwise'];
  const code = (command) => (command.includes(' ') || command.length > 1 ? `\`${command}\`` : command);
  return markdownTable(
    header,
    engines.map(({ name, version, index, query, settings, work }) => [
      name,
      version,
      code(index),
      code(query),
      settings,
      work,
    ]),
  );
}

/** One row for each size and engine. */
function perSize({ sizes = [], engines }, rowOf) {
  return sizes.flatMap(({ size, bytes, engines: results }) =>
    engines.flatMap(({ name }) => {
      const row = results[name] && rowOf(results[name], bytes, name);
      return row ? [[size, name, ...row]] : [];
    }),
  );
}

function indexTable(run) {
  const rows = perSize(run, ({ index, error }, bytes) => {
    if (error) return ['failed', '–', '–', '–', '–'];
    if (index.wallS === 0) return undefined;
    const { cpuS, wallS, peakRssMb, indexBytes, isDone } = index;
    const cpu = isDone ? number(cpuS) : `not done (${number(cpuS)})`;
    return [cpu, number(wallS), number(peakRssMb), number(indexBytes / MB), isDone ? number(indexBytes / bytes) : '–'];
  });
  return (
    rows.length > 0 &&
    markdownTable(['size', 'engine', 'CPU s', 'wall s', 'peak RSS MB', 'index MB', 'index / files'], rows)
  );
}

const BUSY = 2.5;

const INDEX_NOTE = ({ loads = {} }) =>
  `CPU and memory are of all processes. CPU is the figure to compare${loads.sizes > BUSY ? ': the machine was busy, and wall times are longer than they need be' : ''}.`;

function queryTable(run) {
  const rows = perSize(run, ({ queries }) =>
    queries?.runs
      ? [pair(queries.wallP50, queries.wallP95), pair(queries.cpuP50, queries.cpuP95), queries.runs, worstKind(queries)]
      : undefined,
  );
  return (
    rows.length > 0 &&
    markdownTable(['size', 'engine', 'wall ms p50 / p95', 'CPU ms p50 / p95', 'runs', 'slowest kind'], rows)
  );
}

function worstKind({ kinds }) {
  const [[kind, { wallP50 }]] = Object.entries(kinds).sort(([, a], [, b]) => b.wallP50 - a.wallP50);
  return `${kind}, ${duration(wallP50)}`;
}

function queryNote({ sizes = [] }) {
  const loads = sizes.map(({ size, queryLoad }) => `${size} ${queryLoad}`).join(', ');
  return `${QUERY_NOTE} Load afterwards: ${loads}.`;
}

const QUERY_NOTE =
  'From the start of the command to its end, ten hits, files in memory; CPU with that of the service that answers. Thirty queries: ' +
  'rare and common words, two words, phrases, beginnings. find-text starts Node each time; its socket and `-i` do not. plocate is asked for names.';

function listsTable(run) {
  const rows = perSize(run, ({ lists }) => lists && [percent(lists.share), percent(lists.least), number(lists.ratio)]);
  return (
    rows.length > 0 &&
    markdownTable(
      ['size', 'engine', 'found of what brute force finds', 'worst word', 'listed for each that holds it'],
      rows,
    )
  );
}

const LISTS_NOTE =
  'Six rare and six common English words, whole lists, beside a reading of every file. More than 1 is listed where endings are cut or a word is a ' +
  'beginning, and where `_` ends a word.';

function freshTable({ fresh, engines }) {
  if (!fresh) return undefined;
  const rows = engines.flatMap(({ name }) => {
    const one = fresh[name];
    if (!one) return [];
    if (one.error) return [[name, 'failed', '–', '–', '–']];
    const how = one.isByHand ? 'index run again by hand' : 'watches';
    return [[name, how, `${one.found} of ${one.files}`, duration(one.p50), duration(one.p95)]];
  });
  return markdownTable(['engine', 'how', 'found', 'p50', 'p95'], rows);
}

const FRESH_NOTE =
  'From close() of a new file in S until a command that is called again and again finds it, its own time included.';

/** One column for each task. */
function placesTable({ sizes = [], engines, code, pdf, home }) {
  const items = sizes.find(({ size }) => size === 'S')?.engines ?? {};
  const columns = [
    ...['names', 'titles', 'texts', 'mistyped'].map((group) => [
      group,
      (name) => number(items[name]?.items?.[group]?.mrr),
    ]),
    ['code', (name) => number(code?.[name]?.mrr)],
    ['PDF', (name) => number(pdf?.[name]?.mrr)],
    ['home: first', (name) => (home?.[name]?.queries ? `${home[name].first} of ${home[name].queries}` : '–')],
  ];
  const rows = engines.map(({ name }) => [name, ...columns.map(([, show]) => show(name))]);
  const isMeasured = rows.some((row) => row.slice(1).some((cell) => cell !== '–'));
  return isMeasured && measuredTable(['engine', ...columns.map(([title]) => title)], rows);
}

/** Without the columns of what was not measured. */
function measuredTable(header, rows) {
  const isKept = (_, at) => rows.some((row) => row[at] !== '–');
  return markdownTable(
    header.filter(isKept),
    rows.map((row) => row.filter(isKept)),
  );
}

const placesNote = ({ sizes = [], code, pdf, home }) =>
  [
    PLACES_NOTE,
    sizes.some(({ size }) => size === 'S') && ITEMS_NOTE,
    home && 'The home is made by the authors of find-text, and the search was improved by it.',
    (code || pdf) && 'Code and PDF files were not looked at before.',
  ]
    .filter(Boolean)
    .join(' ');

const PLACES_NOTE =
  'Mean reciprocal rank of the one right file among ten hits: 1 is always first, 0.5 second. Where an engine has nothing for all words, it is asked ' +
  'for any of them, if it can; a query that it does not understand finds nothing. ripgrep looks for what was typed in one line.';

const ITEMS_NOTE =
  'Names, titles, texts and mistyped words are known items of S; on some of them the ranking of find-text was tuned.';

function languagesTable({ languages, engines }) {
  if (!languages) return undefined;
  const measured = engines.filter(({ name }) => languages[name] && !languages[name].error);
  const names = Object.keys(languages[measured[0]?.name] ?? {});
  return markdownTable(
    ['language', ...measured.map(({ name }) => name)],
    names.map((language) => [language, ...measured.map(({ name }) => percent(languages[name][language]))]),
  );
}

const LANGUAGES_NOTE =
  'Share of the files that hold a word, as ICU cuts words, that are listed for it. ripgrep looks for the word between word boundaries. ' +
  'find-text was made with these texts at hand.';

/** The size that most engines were measured with; of several the largest. */
function fullest(sizes) {
  const count = ({ engines }) => Object.values(engines).filter(({ index }) => index).length;
  return sizes.reduce((best, one) => (count(one) >= count(best) ? one : best));
}

/** A row for each engine, for the README. */
export function shortReport(run) {
  const { sizes = [], engines, fresh = {}, code = {}, pdf = {}, home = {}, languages = {} } = run;
  const main = fullest(sizes);
  const header = [
    'engine',
    `first index of ${FILES[main.size]} files, CPU`,
    'index / files',
    'a query, CPU p50',
    'saved file found after',
    'words of 17 languages',
    'code, MRR',
    'PDF, MRR',
    'home, first',
  ];
  const rows = engines.map(({ name }) => {
    const { index, queries } = main.engines[name] ?? {};
    const shares = Object.values(languages[name]?.error ? {} : (languages[name] ?? {}));
    return [
      name,
      indexCell(index, run.limitMinutes),
      index?.isDone && index.indexBytes > 0 ? number(index.indexBytes / main.bytes) : '–',
      duration(queries?.cpuP50),
      freshCell(fresh[name]),
      shares.length > 0 ? percent(shares.reduce((sum, share) => sum + share, 0) / shares.length) : '–',
      number(code[name]?.mrr),
      number(pdf[name]?.mrr),
      home[name]?.queries ? `${home[name].first} of ${home[name].queries}` : '–',
    ];
  });
  return measuredTable(header, rows);
}

function indexCell(index, limitMinutes) {
  if (!index || index.wallS === 0) return '–';
  return index.isDone ? `${number(index.cpuS)} s` : `not done in ${limitMinutes} min`;
}

function freshCell(one) {
  if (!one?.found) return '–';
  return one.isByHand ? `by hand, ${duration(one.p50)}` : duration(one.p50);
}

/** @returns by file name the plots, as SVG. */
export function plotsOf(run) {
  const index = ({ index }) => index?.wallS > 0 && { ms: index.cpuS * 1000, isDone: index.isDone };
  const query = ({ queries }) => queries?.runs > 0 && { ms: queries.cpuP50, isDone: true };
  return {
    'peers-index.svg': plot(run, 'CPU time of the first index', index),
    'peers-query.svg': plot(run, 'CPU time of a query, the whole command, p50', query),
  };
}

function plot({ sizes, engines, machine, limitMinutes }, title, figureOf) {
  const series = engines.map(({ name, label, isOurs }) => {
    const figures = sizes.flatMap(({ files, engines: results }) => {
      const figure = results[name] && figureOf(results[name]);
      return figure ? [{ x: files, y: figure.ms, isDone: figure.isDone }] : [];
    });
    return {
      ...{ name: label ?? name, isOurs },
      points: figures.filter(({ isDone }) => isDone),
      stopped: figures.find(({ isDone }) => !isDone),
    };
  });
  const late = series.filter(({ stopped }) => stopped).map(({ name }) => name);
  return lineChart({
    title: `${title} (log scales, lower is better)`,
    summary: summaryOf(series),
    xTitle: 'files in the corpus',
    xTicks: sizes.map(({ size, files }) => [files, `${size}: ${FILES[size]}`]),
    yLabel: tickOf,
    series,
    notes: [
      `${machine.cpu}, ${machine.memoryGb} GB, ${machine.date.slice(0, 10)}`,
      ...(late.length > 0 ? [`✕ not done in ${limitMinutes} minutes: ${late.join(', ')}`] : []),
    ],
  });
}

/** Of a power of ten. */
function tickOf(ms) {
  return ms >= 1000 ? `${(ms / 1000).toLocaleString('en-US')} s` : `${ms} ms`;
}

function summaryOf(series) {
  return series
    .filter(({ points }) => points.length > 0)
    .map(({ name, points }) => `${name}: ${points.map(({ x, y }) => `${duration(y)} for ${x} files`).join(', ')}.`)
    .join(' ');
}
