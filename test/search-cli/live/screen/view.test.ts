import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame } from '../../../../search-cli/live/screen/frame.js';
import { firstState, type State } from '../../../../search-cli/live/screen/state.js';
import { view } from '../../../../search-cli/live/screen/view.js';
import { columnsOf } from '../../../../search-cli/live/screen/width.js';
import { answerOf, followed, found, item, key } from './sample-state.js';

const STYLE = { hasColor: true, home: '/home/ann' };
const LOOKS = /\x1b\[[0-9;]*m/g;

function screen(state: State): string[] {
  return view(state, STYLE).rows.map((text) => text.replace(LOOKS, ''));
}

describe('view', () => {
  it('has the query, what was found, the list, the text of the chosen file, and the keys', () => {
    const rows = screen(found('appl', [item('/home/ann/letters/ann.txt', { title: 'A letter' }), item('/srv/b.txt')]));
    expect(rows).toHaveLength(24);
    expect(rows[0]).toBe('> appl');
    expect(rows[1]).toMatch(/^── 2 files · all files · best first ─+$/);
    expect(rows[2]).toMatch(/^> ann\.txt {2}~\/letters +2026-05-01$/);
    expect(rows[3]).toMatch(/^ {2}b\.txt {2}\/srv +2026-05-01$/);
    const at = rows.findIndex((text) => text.startsWith('── ~/letters/ann.txt '));
    expect(rows.slice(at + 1, at + 3)).toEqual(['A letter · text/plain · 1.2 kB · 2026-05-01', 'an apple a day']);
    expect(rows[23]).toMatch(/^enter open .* esc end$/);
  });

  it('marks the match, the chosen file, files that have changed and those with some of the words', () => {
    const { rows } = view(found('apple', [item('/a', { stale: true }), item('/b', { missing: ['pie'] })]), STYLE);
    expect(rows[2]).toMatch(/^\x1b\[7m/);
    expect(rows.join('\n')).toContain('an \x1b[1;31mapple\x1b[0m a day');
    expect(rows[2]?.replace(LOOKS, '')).toMatch(/^>\*a /);
    expect(rows[3]?.replace(LOOKS, '')).toMatch(/^ ~b /);
    expect(view(found('apple', [item('/a')]), { ...STYLE, hasColor: false }).rows.join('')).not.toMatch(
      /\x1b\[[0-9;]*3\d/,
    );
  });

  it('shows lines with their numbers when they are known, and moves them', () => {
    const state = found('a', [item('/a')]);
    const preview = { text: 'one\n\ttwo\nthree', highlights: [[5, 8] as const], line: 9 };
    const shown = followed(state, { kind: 'preview', of: state.items[0] as never, preview });
    expect(screen(shown).filter((text) => /^ *\d+ /.test(text))).toEqual([' 9 one', '10   two', '11 three']);
    expect(screen(followed(shown, key('preview down'))).filter((text) => /^ *\d+ /.test(text))[0]).toBe('10   two');
  });

  it('says in the last row what was done, else what is the matter', () => {
    const reasons = [
      { reason: 'no daemon', sinceMs: 0, text: 'nothing keeps the index', advice: 'run it', isNote: false },
    ] as const;
    const state = found('a', [item('/a')], { reasons });
    expect(screen(state).at(-1)).toBe('nothing keeps the index; run it');
    expect(screen(followed(state, { kind: 'message', text: 'copied' })).at(-1)).toBe('copied');
    expect(screen(found('a', [item('/a')], { searched: 'b' })).at(-1)).toBe('showing results for "b"');
    expect(screen(found('a', [item('/a')], { offered: 'b' })).at(-1)).toBe('did you mean "b"?');
    expect(screen(followed(state, { kind: 'failed', question: 'a', text: 'no index' })).join('\n')).toContain(
      'no index',
    );
  });

  it('says that an answer is on its way', () => {
    const state = followed(found('a', [item('/a')]), { kind: 'key', key: { kind: 'text', text: 'b' } });
    expect(screen(state)[1]).toContain('1 file …');
  });

  it('keeps the cursor in the row, also in a long query', () => {
    for (const text of ['x'.repeat(300), '語'.repeat(300)]) {
      for (const keys of [[], [key('home')], [key('left'), key('left')]]) {
        const { cursor, rows } = view(followed(firstState(text, { columns: 40, rows: 10 }), ...keys), STYLE);
        expect(cursor.column).toBeLessThan(40);
        expect(columnsOf((rows[0] as string).replace(LOOKS, ''))).toBeLessThanOrEqual(40);
      }
    }
  });

  it('fits whatever the names, the texts and the size, and sends nothing that a terminal obeys but looks', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.constant('\x1b[2J\x9b\u202e日本'),
    );
    const items = fc.array(fc.record({ name: text, title: text, snippet: text, stale: fc.boolean() }), {
      maxLength: 20,
    });
    const size = fc.record({ columns: fc.integer({ min: 1, max: 120 }), rows: fc.integer({ min: 1, max: 40 }) });
    fc.assert(
      fc.property(items, size, text, fc.boolean(), (all, { columns, rows }, query, isHelp) => {
        const hits = all.map(({ name, title, snippet, stale }) =>
          item(`/home/ann/${name}`, {
            name,
            title,
            stale,
            snippet: { text: snippet, highlights: [[0, snippet.length]] },
          }),
        );
        const state = followed(
          firstState(query, { columns, rows }),
          { kind: 'answer', question: '', answer: answerOf(hits) },
          ...(isHelp ? [key('help')] : []),
        );
        const shown = view(state, STYLE);
        expect(shown.rows).toHaveLength(rows);
        for (const each of shown.rows) {
          const plain = each.replace(LOOKS, '');
          expect(plain).not.toMatch(/[\0-\x1f\x7f-\x9f\u202a-\u202e]/);
          expect(columnsOf(plain)).toBeLessThanOrEqual(columns);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('frame', () => {
  const CURSOR = { row: 0, column: 2 };

  it('sends everything when nobody knows what is shown', () => {
    const sent = frame(undefined, { rows: ['a', 'b'], cursor: CURSOR });
    expect(sent).toContain('\x1b[2J\x1b[1;1H\x1b[2Ka\x1b[2;1H\x1b[2Kb\x1b[1;3H');
  });

  it('sends the rows that are different', () => {
    const sent = frame({ rows: ['a', 'b'], cursor: CURSOR }, { rows: ['a', 'c'], cursor: CURSOR });
    expect(sent).toContain('\x1b[2;1H\x1b[2Kc');
    expect(sent).not.toContain('\x1b[1;1H');
  });
});
