/** A mailbox that is larger than what is read of a file: piece by piece, and from where it has grown. */
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runJob } from '../../../indexer/extract/job.js';
import { FORMATS } from '../../../indexer/extract/registry.js';
import { MAX_CHILDREN } from '../../../indexer/extract/tree-limits.js';
import { toBytes } from '../../../shared/paths.js';
import { Documents } from '../../../shared/store/documents.js';
import { type Db, openForWriting } from '../../../shared/store/open.js';
import { examine } from '../../helpers/snapshot.js';
import { tempFolder } from '../../helpers/temp.js';

const MAX_BYTES = 2000;
const FROM = 'From ann@example.org Wed May  1 12:30:05 2024\n';

function message(subject: string, body = 'text', more = ''): string {
  return `${FROM}From: Ann <ann@example.org>\nDate: Wed, 1 May 2024 12:30:05 +0000\n${more}Subject: ${subject}\n\n${body}\n\n`;
}

/** A word of letters only: the index parts others. */
function wordOf(n: number): string {
  return `qu${String(n).replace(/\d/g, (digit) => 'bdfgklmpvz'[Number(digit)] as string)}`;
}

function messages(count: number, from = 0): string {
  return Array.from({ length: count }, (_, i) =>
    message(`n${from + i}`, `${'word '.repeat(20)}${wordOf(from + i)}`),
  ).join('');
}

/** The index of one file, by what jobs say of it. */
class Reader {
  readonly path = join(tempFolder(), 'Inbox');
  readonly db: Db = openForWriting(':memory:');
  readonly #documents = new Documents(this.db);
  /** Bytes of text that the jobs gave. */
  textBytes = 0;

  constructor(
    text: string,
    private readonly maxBytes = MAX_BYTES,
  ) {
    writeFileSync(this.path, text);
  }

  /** @returns how many pieces it took. */
  async readOn(): Promise<number> {
    for (let pieces = 1; ; pieces++) if (await this.#runJob()) return pieces;
  }

  get paths(): string[] {
    const { seen, withoutRow, withoutNames } = examine(this.db);
    expect([withoutRow, withoutNames]).toEqual([[], []]);
    return [...seen.keys()]
      .map((key) =>
        Buffer.from(key, 'latin1')
          .toString()
          .slice(this.path.length + 1),
      )
      .filter(Boolean)
      .sort();
  }

  found(word: string): number {
    return this.db.prepare('SELECT rowid FROM body WHERE body MATCH ?').all(word).length;
  }

  get isPartial(): boolean {
    return this.db.prepare('SELECT max(is_truncated) FROM part').pluck().get() === 1;
  }

  async #runJob(): Promise<boolean> {
    const path = toBytes(this.path);
    const row = this.#documents.find(path);
    const known = row?.input ? { input: row.input, bytes: row.size, extractor: row.extractor, begins: [] } : undefined;
    const outcome = await runJob(FORMATS, { path, maxBytes: this.maxBytes, known });
    if (outcome.kind !== 'extracted') throw new Error(outcome.kind);
    const { extraction, stat } = outcome;
    for (const { text } of extraction.children ?? []) this.textBytes += text.length;
    if (extraction.piece?.continues && row) this.#documents.continue(row.id, path, stat, extraction);
    else this.#documents.put(path, stat, extraction);
    return extraction.piece?.isLast ?? true;
  }
}

function names(...numbers: number[]): string[] {
  return numbers.map((n) => `2024-05-01 12.30.05 n${n}.eml`).sort();
}

const mime = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n';

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('a mailbox that is larger than what is read of a file', () => {
  it('is read to its end', async () => {
    const reader = new Reader(messages(60));
    expect(await reader.readOn()).toBeGreaterThan(5);
    expect([reader.paths, reader.isPartial]).toEqual([names(...upTo(60)), false]);
    for (const n of [0, 30, 59]) expect(reader.found(wordOf(n))).toBe(1);
  });

  it('costs what has come when messages come', async () => {
    const reader = new Reader(messages(60));
    await reader.readOn();
    reader.textBytes = 0;
    appendFileSync(reader.path, messages(2, 60));
    expect(await reader.readOn()).toBe(1);
    expect(reader.paths).toEqual(names(...upTo(62)));
    // The one before is looked at again: it might have gone on.
    expect(reader.textBytes).toBeLessThan(4 * 250);
  });

  it('has the last message whole when it was read while it came', async () => {
    const whole = messages(60);
    const reader = new Reader(whole.slice(0, -20));
    await reader.readOn();
    expect(reader.found(wordOf(59))).toBe(0);
    appendFileSync(reader.path, whole.slice(-20));
    await reader.readOn();
    expect([reader.found(wordOf(59)), reader.paths]).toEqual([1, names(...upTo(60))]);
  });

  it('has it under its right name, when its subject came late', async () => {
    const whole = messages(60);
    const cut = whole.lastIndexOf('9\n\n');
    const reader = new Reader(whole.slice(0, cut));
    await reader.readOn();
    expect(reader.paths).toEqual(names(...upTo(59)));
    appendFileSync(reader.path, whole.slice(cut));
    await reader.readOn();
    expect(reader.paths).toEqual(names(...upTo(60)));
  });

  it('is read anew when something before has changed, or is gone', async () => {
    const reader = new Reader(messages(60));
    await reader.readOn();
    writeFileSync(reader.path, messages(40, 10));
    await reader.readOn();
    expect(reader.paths).toEqual(names(...upTo(50).slice(10)));
    truncateSync(reader.path, messages(20, 10).length);
    await reader.readOn();
    expect(reader.paths).toEqual(names(...upTo(30).slice(10)));
    writeFileSync(reader.path, messages(1));
    await reader.readOn();
    expect(reader.paths).toEqual(names(0));
  });

  it('is not read anew when a mail program marks a message as read', async () => {
    const marked = (flags: string) => message('n0', 'x', `X-Mozilla-Status: ${flags}\n`) + messages(59, 1);
    const reader = new Reader(marked('0000'));
    await reader.readOn();
    reader.textBytes = 0;
    writeFileSync(reader.path, marked('0001'));
    expect(await reader.readOn()).toBe(1);
    expect(reader.textBytes).toBeLessThan(300);
  });

  it('may have a message that is larger than a piece', async () => {
    const reader = new Reader(messages(2) + message('n2', 'long '.repeat(2000)) + messages(2, 3));
    await reader.readOn();
    expect(reader.paths).toEqual(names(...upTo(5)));
    expect(reader.found('long')).toBe(1);
  });

  it('keeps what is attached with its message', async () => {
    const body = '--b\n\nsee\n--b\nContent-Disposition: attachment; filename="a.txt"\n\nattached\n--b--';
    const reader = new Reader(messages(20) + message('n20', body, mime));
    await reader.readOn();
    appendFileSync(reader.path, messages(1, 21));
    await reader.readOn();
    expect(reader.paths).toEqual([...names(...upTo(22)), '2024-05-01 12.30.05 n20.eml/a.txt'].sort());
    expect(reader.found('attached')).toBe(1);
  });

  it('is read to its end too when it is short, and has more messages than are taken at once', async () => {
    const count = MAX_CHILDREN + 100;
    const reader = new Reader(messages(count), 1 << 24);
    expect(await reader.readOn()).toBeGreaterThan(1);
    expect([reader.paths.length, reader.isPartial]).toEqual([count, false]);
    reader.textBytes = 0;
    appendFileSync(reader.path, messages(1, count));
    expect(await reader.readOn()).toBe(1);
    expect([reader.paths.length, reader.found(wordOf(count))]).toEqual([count + 1, 1]);
    expect(reader.textBytes).toBeLessThan(4 * 250);
  });

  const attached = 'Content-Disposition: attachment; filename="a.txt"\n\nx\n--b\n';
  /** A message with many files. */
  const full = (subject: string, files: number) => message(subject, `--b\n\n\n--b\n${attached.repeat(files)}`, mime);

  it.each([
    ['shorter than what is read of a file', 1 << 24],
    ['longer', 60_000],
  ])(
    'is read to its end too when it is %s, and messages have more files than are taken at once',
    async (_, maxBytes) => {
      const count = 40;
      const letters = Array.from({ length: count }, (_each, n) => full(`n${n}`, MAX_CHILDREN / 10)).join('');
      const reader = new Reader(messages(1, count) + letters + messages(1, count + 1), maxBytes);
      expect(await reader.readOn()).toBeGreaterThan(4);
      expect([reader.paths.length, reader.isPartial]).toEqual([count * (MAX_CHILDREN / 10 + 1) + 2, false]);
      appendFileSync(reader.path, messages(1, count + 2));
      expect(await reader.readOn()).toBe(1);
      for (const n of [0, 1, 2]) expect(reader.found(wordOf(count + n))).toBe(1);
    },
  );

  it('with a message that has more files itself is said to be there in part, for good', async () => {
    const reader = new Reader(messages(2) + full('n2', MAX_CHILDREN + 10) + messages(2, 3), 1 << 24);
    await reader.readOn();
    expect([reader.paths.length, reader.isPartial]).toEqual([MAX_CHILDREN + 4, true]);
    appendFileSync(reader.path, messages(1, 5));
    await reader.readOn();
    expect([reader.paths.length, reader.isPartial]).toEqual([MAX_CHILDREN + 5, true]);
    for (const n of [0, 1, 3, 4, 5]) expect(reader.found(wordOf(n))).toBe(1);
  });

  it('is taken at once, as far as that goes, when its secrets are to be taken out of it', async () => {
    const { path } = new Reader(messages(MAX_CHILDREN + 100));
    const outcome = await runJob(FORMATS, { path: toBytes(path), maxBytes: 1 << 24, isRedacted: true });
    if (outcome.kind !== 'extracted') throw new Error(outcome.kind);
    expect(outcome.extraction.children).toHaveLength(MAX_CHILDREN);
    expect([outcome.extraction.piece, outcome.extraction.isTruncated]).toEqual([undefined, true]);
  });

  it('has each message once, whatever comes between two looks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(400), { minLength: 1, maxLength: 8 }), async (steps) => {
        const whole = messages(30);
        const reader = new Reader(whole.slice(0, 2500));
        await reader.readOn();
        for (const step of steps) {
          const { size } = statSync(reader.path);
          appendFileSync(reader.path, whole.slice(size, size + step));
          await reader.readOn();
        }
        appendFileSync(reader.path, whole.slice(statSync(reader.path).size));
        await reader.readOn();
        expect(readFileSync(reader.path, 'latin1')).toBe(whole);
        expect(reader.paths).toEqual(names(...upTo(30)));
        for (const n of upTo(30)) expect(reader.found(wordOf(n))).toBe(1);
      }),
      { numRuns: 15 },
    );
  });
});
