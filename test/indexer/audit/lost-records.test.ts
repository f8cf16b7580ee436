/**
 * Every capture again with its records in another order, or with one of them lost: what is said must stay the same, or become
 * less, but never different.
 */
import { describe, expect, it } from 'vitest';
import { encodeChange } from '../../../indexer/audit/changes/change-line.js';
import { ChangeStream } from '../../../indexer/audit/changes/change-stream.js';
import type { FileChange } from '../../../indexer/audit/changes/file-change.js';
import { loadCaptures } from '../../helpers/audit-captures.js';

type Lines = readonly string[];

const STAMP = /msg=audit\(([^)]*)\)/;

function eventsOf(log: Buffer): Lines[] {
  const events = new Map<string, string[]>();
  for (const line of log.toString('latin1').split('\n').slice(0, -1)) {
    const stamp = STAMP.exec(line)?.[1] ?? '';
    events.set(stamp, [...(events.get(stamp) ?? []), line]);
  }
  return [...events.values()];
}

function run(lines: Lines): { changes: FileChange[]; partial: number } {
  const changes: FileChange[] = [];
  const stream = new ChangeStream({ onChange: (change) => changes.push(change) });
  stream.push(Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'));
  stream.flush();
  return { changes, partial: stream.counters.partialEvents };
}

/** An exchange has no first and second place, and either file may stand for it. */
function unordered(change: FileChange): string {
  const { kind, from, to } = change;
  if (kind !== 'exchange' || to === null) return encodeChange(change);
  const places = [encodeChange({ ...change, file: null }), encodeChange({ ...change, file: null, from: to, to: from })];
  return places.toSorted().join('');
}

/** The PATH records in another order, everything else where it was. */
function reordered(lines: Lines, order: (paths: string[]) => string[]): Lines {
  const paths = order(lines.filter((line) => line.includes('type=PATH ')));
  return lines.map((line) => (line.includes('type=PATH ') ? (paths.shift() as string) : line));
}

function exactOf(changes: readonly FileChange[]): string[] {
  return changes.filter(({ certainty }) => certainty === 'exact').map(unordered);
}

describe.each(loadCaptures())('$name', ({ log }) => {
  const events = eventsOf(log);

  it.each<[string, (paths: string[]) => string[]]>([
    ['backwards', (paths) => paths.toReversed()],
    ['beginning with the second', ([first = '', ...others]) => [...others, first].filter((line) => line !== '')],
    [
      'by name type',
      (paths) => paths.toSorted((a, b) => (a.slice(a.indexOf('nametype')) < b.slice(b.indexOf('nametype')) ? -1 : 1)),
    ],
  ])('says the same with the PATH records %s', (_order, order) => {
    for (const lines of events) {
      const other = run(reordered(lines, order)).changes.map(unordered);
      expect(other.toSorted()).toEqual(run(lines).changes.map(unordered).toSorted());
    }
  });

  it('says nothing new when any one record is lost, and that it may have missed something', () => {
    for (const lines of events) {
      const whole = run(lines).changes;
      for (const lost of lines) {
        const { changes, partial } = run(lines.filter((line) => line !== lost));
        const exact = exactOf(changes);
        expect(exactOf(whole)).toEqual(expect.arrayContaining(exact));
        if (lines.length > 1 && /type=(?:SYSCALL|PATH) /.test(lost)) expect(partial).toBe(1);
      }
    }
  });
});
