/**
 * `node test/bench/audit-parse.mjs [EVENTS]`: how many audit events of a `tar x` find-text turns into changes per CPU second,
 * beside libauparse, from Python and from C, which here reads the same stream and only takes the name of every PATH record.
 * Exit status 1: a count is wrong. CPU time is that of all threads, so garbage collection and compilation are in it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { tarStream } from './lib/tar-stream.mjs';

const ROOT = join(import.meta.dirname, '../..');
const PYTHON = '/usr/bin/python3';
const PASSES = 6;
export const TARGET = 250_000;
export const AIM = 360_000;

const STREAMS = [
  { title: 'enriched, one process', format: 'enriched', writers: 1 },
  { title: 'raw, one process', format: 'raw', writers: 1 },
  { title: 'enriched, 8 processes in turn', format: 'enriched', writers: 8 },
];

/** Runs in a process of its own: every pass parses the whole stream; prints what each took and what it counted. */
const NODE_SIDE = `
import { readFileSync } from 'node:fs';
const [bundle, file, passes] = process.argv.slice(2);
const { ChangeStream } = await import(bundle);
const bytes = readFileSync(file);
const chunk = Buffer.alloc(65536);
for (let pass = 0; pass < passes; pass++) {
  let gaps = 0;
  const stream = new ChangeStream({ onChange() {}, onGap() { gaps++; } });
  const before = process.cpuUsage();
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.copy(chunk, 0, at);
    stream.push(chunk.subarray(0, size));
    at += size;
  }
  stream.flush();
  const { user, system } = process.cpuUsage(before);
  const { badSamples, ...counters } = stream.counters;
  console.log(JSON.stringify({ cpuS: (user + system) / 1e6, gaps, ...counters }));
}`;

const PYTHON_SIDE = `
import auparse, json, os, sys
names = events = 0
before = os.times()
parser = auparse.AuParser(auparse.AUSOURCE_FILE, sys.argv[1])
while parser.parse_next_event():
    events += 1
    parser.first_record()
    while True:
        if parser.get_type() == 1302 and parser.find_field('name'):
            parser.get_field_str()
            names += 1
        if not parser.next_record(): break
after = os.times()
print(json.dumps({'cpuS': after.user - before.user + after.system - before.system, 'events': events, 'names': names}))`;

/** @returns one result for each of STREAMS: `warm`, `first`, `python` and `c` in events per CPU second; `wrong` is empty when all counts are right. */
export function measureAll(events = 100_000) {
  const folder = mkdtempSync(join(tmpdir(), 'find-text-audit-parse-'));
  try {
    const tools = prepare(folder);
    return STREAMS.map((stream) => measure(stream, events, folder, tools));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function prepare(folder) {
  const bundle = join(folder, 'change-stream.mjs');
  const node = join(folder, 'node-side.mjs');
  buildSync({
    entryPoints: [join(ROOT, 'indexer/audit/changes/change-stream.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'error',
  });
  writeFileSync(node, NODE_SIDE);
  const inC = join(folder, 'auparse-names');
  const compiled = spawnSync('cc', ['-O2', '-o', inC, join(import.meta.dirname, 'auparse-names.c'), '-lauparse']);
  return { bundle, node, inC: compiled.status === 0 ? inC : undefined };
}

function measure({ title, format, writers }, events, folder, { bundle, node, inC }) {
  const stream = tarStream({ format, events, writers });
  const file = join(folder, 'stream.log');
  const round = join(folder, 'round.log');
  writeFileSync(file, stream.bytes);
  writeFileSync(round, stream.round);
  const once = lines(process.execPath, [node, bundle, round, '1'])[0];
  const passes = lines(process.execPath, [node, bundle, file, String(PASSES)]);
  const python = auparseResult(PYTHON, ['-c', PYTHON_SIDE, file], 'python3-audit');
  const c = inC ? auparseResult(inC, [file]) : { missing: 'missing (apt install gcc libauparse-dev)' };
  const rate = ({ cpuS }) => Math.round(stream.events / cpuS);
  const warm = passes
    .slice(1)
    .map(rate)
    .toSorted((a, b) => a - b)[Math.floor((PASSES - 1) / 2)];
  const wrong = [
    ...passes.flatMap((pass) => problems(pass, stream, once)),
    ...auparseProblems('python3-audit', python, stream),
    ...auparseProblems('libauparse', c, stream),
  ];
  return {
    title,
    size: `${stream.events} events, ${passes[0].lines} records, ${Math.round(stream.bytes.length / 1e6)} MB`,
    warm,
    first: rate(passes[0]),
    python: python.missing ? undefined : rate(python),
    c: c.missing ? undefined : rate(c),
    missing: [python, c].map(({ missing }) => missing).filter(Boolean),
    wrong,
  };
}

function describe({ title, size, warm, first, python, c, missing, wrong }) {
  const verdict = `target >= ${TARGET}: ${warm >= TARGET ? 'met' : 'MISSED'}; aim ${AIM}`;
  const beside = (name, rate) =>
    rate
      ? [`  ${name} ${rate} events per CPU second, names only; find-text is ${(warm / rate).toFixed(2)} times as fast`]
      : [];
  return [
    `${title}: ${size}`,
    `  find-text       ${warm} events per CPU second (${verdict}), first pass of a new process ${first}`,
    ...beside('python3-audit  ', python),
    ...beside('libauparse in C', c),
    ...missing.map((what) => `  ${what}`),
    ...wrong.map((problem) => `  WRONG: ${problem}`),
  ].join('\n');
}

function problems(pass, { events, rounds }, once) {
  const expected = {
    events,
    changes: once.changes * rounds,
    lines: once.lines * rounds,
    gaps: 0,
    badLines: 0,
    longLines: 0,
    partialEvents: 0,
  };
  return Object.entries(expected).flatMap(([name, value]) =>
    pass[name] === value ? [] : [`${pass[name]} ${name}, not ${value}`],
  );
}

function auparseResult(program, args, debianPackage) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return JSON.parse(stdout);
  return { missing: `missing (apt install ${debianPackage}): ${stderr?.trim().split('\n').at(-1) ?? `no ${program}`}` };
}

function auparseProblems(name, { missing, events }, stream) {
  return missing || events === stream.events ? [] : [`${name} saw ${events} events, not ${stream.events}`];
}

function lines(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

if (process.argv[1] === import.meta.filename) {
  const results = measureAll(Number(process.argv[2] ?? 100_000));
  for (const result of results) console.log(describe(result));
  process.exitCode = results.every(({ wrong }) => wrong.length === 0) ? 0 : 1;
}
