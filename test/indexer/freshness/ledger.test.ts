import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeGaps, type Ledger, MAX_GAPS, notAfter, openGap, withRoots } from '../../../indexer/freshness/ledger.js';
import { encodeFreshness, type Gap, type GapReason, parseFreshness } from '../../../shared/freshness.js';
import { isWithin } from '../../../shared/path-within.js';

const bytes = (path: string) => Buffer.from(path);
const gap = (reason: GapReason, scope: string, sinceMs = 100): Gap => ({ reason, sinceMs, scope: bytes(scope) });
const ROOTS = ['/a', '/a-b', '/c/d'];
const empty: Ledger = withRoots([], ROOTS.map(bytes));
const complete: Ledger = empty.map((known) => ({ ...known, completeSinceMs: 1 }));

/** What is open, as text: `reason scope since`. */
function open(ledger: Ledger): string[] {
  return ledger.flatMap(({ gaps }) => gaps.map(({ reason, scope, sinceMs }) => `${reason} ${scope} ${sinceMs}`)).sort();
}

describe('the ledger', () => {
  it('opens a gap in the root that holds the folder, and in no other', () => {
    const ledger = openGap(complete, gap('not mounted', '/a/stick'));
    expect(open(ledger)).toEqual(['not mounted /a/stick 100']);
    expect(ledger.map(({ completeSinceMs }) => completeSinceMs)).toEqual([undefined, 1, 1]);
  });

  it('opens a gap in every root below the folder, narrowed to it', () => {
    expect(open(openGap(complete, gap('audit gap', '/')))).toEqual(ROOTS.map((root) => `audit gap ${root} 100`).sort());
    expect(open(openGap(complete, gap('audit gap', '/c')))).toEqual(['audit gap /c/d 100']);
  });

  it('keeps one gap where two of a reason overlap: the wider, since the earlier', () => {
    const narrow = openGap(complete, gap('events lost', '/a/x', 50));
    expect(open(openGap(narrow, gap('events lost', '/a', 70)))).toEqual(['events lost /a 50']);
    const wide = openGap(complete, gap('events lost', '/a', 70));
    expect(open(openGap(wide, gap('events lost', '/a/x', 90)))).toEqual(['events lost /a 70']);
    expect(open(openGap(wide, gap('not running', '/a', 90)))).toEqual(['events lost /a 70', 'not running /a 90']);
  });

  it('is complete since the moment the last gap was closed', () => {
    const two = openGap(openGap(complete, gap('events lost', '/a')), gap('not mounted', '/a/stick'));
    const one = closeGaps(two, ({ reason }) => reason === 'events lost', 200);
    expect(open(one)).toEqual(['not mounted /a/stick 100']);
    expect(one[0]?.completeSinceMs).toBeUndefined();
    expect(closeGaps(one, () => true, 300)[0]?.completeSinceMs).toBe(300);
  });

  it('does not let who asked about a gap close it when it was opened anew meanwhile', () => {
    const first = openGap(complete, gap('events lost', '/a'));
    const asked = new Set(first.flatMap(({ gaps }) => gaps));
    const again = openGap(first, gap('events lost', '/a/x', 150));
    expect(open(closeGaps(again, (each) => asked.has(each), 200))).toEqual(['events lost /a 100']);
  });

  it('keeps what is known of a root that stays, forgets one that goes, and knows nothing of a new one', () => {
    const ledger = withRoots(openGap(complete, gap('events lost', '/a/x')), ['/a', '/new'].map(bytes));
    expect(ledger.map(({ root }) => root.toString())).toEqual(['/a', '/new']);
    expect(open(ledger)).toEqual(['events lost /a/x 100']);
    expect(ledger[1]).toEqual({ root: bytes('/new'), completeSinceMs: undefined, gaps: [] });
  });

  it('forgets times to come when the clock was set back', () => {
    const ledger = openGap(openGap(complete, gap('events lost', '/a', 50)), gap('audit gap', '/a', 200));
    expect(open(notAfter(ledger, 100))).toEqual(['audit gap /a 0', 'events lost /a 50']);
    const since = (nowMs: number) =>
      notAfter(
        closeGaps(ledger, () => true, 200),
        nowMs,
      )[0]?.completeSinceMs;
    expect([since(100), since(300)]).toEqual([100, 200]);
    expect(notAfter(ledger, 100)[0]?.completeSinceMs).toBeUndefined();
  });

  const folder = fc.constantFrom('/', '/a', '/a/x', '/a/x/y', '/a/z', '/a-b', '/a-b/x', '/c', '/c/d', '/c/d/e', '/f');
  const manyFolders = fc.integer({ min: 0, max: 80 }).map((n) => `/a/${n}`);
  const reason = fc.constantFrom<GapReason>('new', 'events lost', 'not mounted', 'audit gap');
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('open' as const),
      reason,
      scope: fc.oneof(folder, manyFolders),
      sinceMs: fc.nat(99),
    }),
    fc.record({ kind: fc.constant('close' as const), reason, scope: folder }),
  );

  it('covers everything that was opened and not closed, and stays small, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        let ledger = empty;
        let opened: Gap[] = [];
        for (const each of steps) {
          const one = gap(each.reason, each.scope, each.kind === 'open' ? each.sinceMs : 0);
          if (each.kind === 'open') {
            ledger = openGap(ledger, one);
            opened.push(one);
            continue;
          }
          const closed = ledger
            .flatMap(({ gaps }) => gaps)
            .filter((other) => other.reason === one.reason && isWithin(other.scope, one.scope));
          ledger = closeGaps(ledger, (other) => closed.includes(other), 1000);
          opened = opened.filter(
            (other) => !closed.some((done) => done.reason === other.reason && isWithin(other.scope, done.scope)),
          );
        }
        for (const { root, completeSinceMs, gaps } of ledger) {
          expect(gaps.length).toBeLessThanOrEqual(MAX_GAPS);
          expect(gaps.every(({ scope }) => isWithin(scope, root))).toBe(true);
          if (completeSinceMs !== undefined) expect(gaps).toEqual([]);
          for (const lost of opened.filter(({ scope }) => isWithin(scope, root))) {
            const covers = (each: Gap) =>
              each.reason === lost.reason && isWithin(lost.scope, each.scope) && each.sinceMs <= lost.sinceMs;
            expect(gaps.some(covers)).toBe(true);
          }
        }
        const saved = { keeper: { pid: 1, startTicks: 7 }, savedMs: 5, roots: ledger };
        expect(parseFreshness(JSON.parse(JSON.stringify(encodeFreshness(saved))))).toEqual(saved);
      }),
    );
  });

  it.each([undefined, null, 7, 'x', {}, { savedMs: 1 }, { savedMs: '1', roots: [] }])(
    'knows nothing when it reads %j',
    (value) => {
      expect(parseFreshness(value)).toBeUndefined();
    },
  );

  it('leaves out what is no gap', () => {
    const roots = [
      { root: 'L2E=', completeSinceMs: null, gaps: [null, { reason: 'toString', sinceMs: 1, scope: '' }, 4] },
      null,
    ];
    expect(parseFreshness({ savedMs: 1, roots })?.roots[0]).toEqual({
      root: bytes('/a'),
      completeSinceMs: undefined,
      gaps: [],
    });
  });
});
