/** Tables and plots of a comparison, from a run that was kept. */
import { describe, expect, it } from 'vitest';

const load = (name: string) => import(new URL(name, import.meta.url).href);
const { fullReport, plotsOf, shortReport } = await load('report.mjs');
const { markdownTable, withSection, duration, number, wrapped } = await load('markdown.mjs');
const { checksOf } = await load('checks.mjs');
const { mergeRuns } = await load('merge-runs.mjs');

const engine = (name: string, isOurs = false) => ({
  ...{ name, isOurs, version: '1', index: 'index DIR', query: 'ask <WORD>', settings: 'none', work: 'a | b' },
});
const index = (cpuS: number, isDone = true) => ({ cpuS, wallS: cpuS, peakRssMb: 50, indexBytes: 5e6, isDone });
const queries = (wallP50: number) => {
  const summary = { runs: 3, wallP50, wallP95: 2 * wallP50, cpuP50: wallP50, cpuP95: wallP50 };
  return { ...summary, isDone: true, kinds: { rare: summary } };
};
const lists = { share: 1, least: 1, ratio: 1.1 };
const ours = { index: index(2), queries: queries(80), lists };

function run() {
  return {
    machine: { date: '2026-01-02T03:04:05Z', cpu: '2 x A&B', memoryGb: 4, kernel: '6.1', node: 'v20', load: [0.2] },
    limitMinutes: 5,
    loads: { sizes: 0.2 },
    engines: [engine('find-text', true), engine('Slow')],
    sizes: [
      {
        size: 'S',
        files: 2000,
        bytes: 10e6,
        engines: { 'find-text': ours, Slow: { index: index(9), queries: queries(900), lists } },
      },
      {
        size: 'M',
        files: 20_000,
        bytes: 100e6,
        engines: { 'find-text': { ...ours, index: index(20) }, Slow: { index: index(300, false) } },
      },
    ],
    fresh: {
      'find-text': { files: 5, found: 5, p50: 90, p95: 100 },
      Slow: { files: 5, found: 1, p50: 31_000, p95: 31_000 },
    },
    languages: { 'find-text': { ja: 1, hi: 0.995 }, Slow: { ja: 0.2, hi: 1 } },
  };
}

describe('the tables of a comparison', () => {
  it('show losses like wins, and what was not done in time', () => {
    const report: string = fullReport(run());
    expect(report).toContain('| S | Slow | 9.00 | 9.00 | 50.0 | 5.00 | 0.50 |');
    expect(report).toContain('| M | Slow | not done (300) | 300 | 50.0 | 5.00 | – |');
    expect(report).toContain('| Slow | watches | 1 of 5 | 31.0 s | 31.0 s |');
    expect(report).toContain('| ja | 100 % | 20 % |');
    expect(report).toContain('a \\| b');
  });

  it('have a row for each engine in the short one', () => {
    const lines: string[] = shortReport(run()).split('\n');
    expect(lines.slice(2)).toEqual([
      '| find-text | 20.0 s | 0.05 | 80.0 ms | 90.0 ms | 99.8 % |',
      '| Slow | not done in 5 min | – | – | 31.0 s | 60 % |',
    ]);
  });

  it('leave out parts that were not measured', () => {
    const { machine, limitMinutes, engines } = run();
    expect(fullReport({ machine, limitMinutes, engines })).not.toContain('###');
    const code = { Slow: { mrr: 0.5 } };
    expect(shortReport({ ...run(), code })).toContain('| words of 17 languages | code, MRR |\n');
    const report: string = fullReport({ ...run(), code }).replaceAll('\n', ' ');
    expect(report).toContain('| engine | code | ');
    expect(report).not.toContain('The home is made');
    expect(report).toContain('Code and PDF files');
  });
});

describe('runs that were kept', () => {
  it('are one, with what is in the later ones', () => {
    const later = { ...run(), engines: [engine('Slow'), engine('New')], loads: { code: 3 }, fresh: {}, code: {} };
    const [small, medium] = run().sizes;
    const merged = mergeRuns([
      { ...run(), sizes: [medium] },
      { ...later, sizes: [small] },
    ]);
    expect(merged.engines.map(({ name }: { name: string }) => name)).toEqual(['find-text', 'Slow', 'New']);
    expect(merged).toMatchObject({
      sizes: [small, medium],
      fresh: run().fresh,
      code: {},
      loads: { sizes: 0.2, code: 3 },
      runs: 2,
    });
  });
});

describe('the plots of a comparison', () => {
  const { 'peers-index.svg': svg, 'peers-query.svg': query }: Record<string, string> = plotsOf(run());

  it('are whole SVG documents with what a reader needs', () => {
    const opened = svg!.match(/<(?:svg|title|desc|style|text)\b/g)!.length;
    expect(svg!.match(/<\/(?:svg|title|desc|style|text)>/g)).toHaveLength(opened);
    expect(svg).toContain('2 x A&amp;B, 4 GB, 2026-01-02');
    expect(svg).toContain('find-text: 2.00 s for 2000 files, 20.0 s for 20000 files.');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('mark who was not done in time', () => {
    expect(svg).toContain('✕ not done in 5 minutes: Slow');
    expect(svg).toContain('stroke-dasharray');
    expect(query).not.toContain('✕');
  });
});

describe('the checks of a comparison', () => {
  const failed = (changed: object) =>
    checksOf({ ...run(), ...changed })
      .filter(({ isOk }: { isOk: boolean }) => !isOk)
      .map(({ name }: { name: string }) => name);

  it('hold for a good run', () => expect(failed({})).toEqual([]));

  it('fail when find-text misses a file, or another engine finds nothing at all', () => {
    const { sizes } = run();
    sizes[0]!.engines['find-text'] = { ...ours, lists: { ...lists, least: 0.99 } };
    expect(failed({ sizes })).toEqual(['S: find-text lists every file that holds the word']);
    sizes[0]!.engines.Slow = { ...ours, lists: { ...lists, share: 0 } };
    expect(failed({ sizes })).toHaveLength(2);
  });

  it('fail when a file that was saved is never found, or an engine could not be measured', () => {
    expect(failed({ fresh: { Slow: { files: 5, found: 0 } } })).toEqual(['Slow finds new files']);
    expect(failed({ fresh: { 'find-text': { files: 5, found: 4 } } })).toEqual(['find-text finds new files']);
    expect(failed({ code: { Slow: { error: 'it broke' } } })).toEqual(['every engine could be measured']);
    expect(failed({ languages: { 'find-text': { th: 0.5 } } })).toEqual([
      'find-text finds whole words of every language',
    ]);
  });
});

describe('figures and tables in Markdown', () => {
  it('have three figures that count', () => {
    expect([0.1234, 1.5, 12.345, 123.4, 12_345.6, undefined, Infinity].map(number)).toEqual([
      ...['0.12', '1.50', '12.3', '123', '12,346', '–', '–'],
    ]);
    expect([0.5, 999, 1000, 61_000, undefined].map(duration)).toEqual(['0.50 ms', '999 ms', '1.00 s', '61.0 s', '–']);
  });

  it('stand beside prose that is no wider than 120 columns, with all its words', () => {
    const prose = Array.from({ length: 90 }, (_, at) => 'x'.repeat(1 + (at % 13))).join(' ');
    const lines: string[] = wrapped(prose).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(lines.join(' ')).toBe(prose);
    for (const [at, line] of lines.slice(1).entries())
      expect(`${lines[at]} ${line.split(' ')[0]}`.length).toBeGreaterThan(120);
  });

  it('are put between their marks, and nowhere else', () => {
    const document = 'a\n<!-- x -->\nold\n<!-- /x -->\nb';
    expect(withSection(document, 'x', markdownTable(['h'], [['v']]))).toBe(
      'a\n<!-- x -->\n| h |\n| --- |\n| v |\n<!-- /x -->\nb',
    );
    expect(() => withSection(document, 'y', '')).toThrow('no place');
  });
});
