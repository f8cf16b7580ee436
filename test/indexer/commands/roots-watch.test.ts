import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RootsWatch } from '../../../indexer/commands/roots-watch.js';
import type { Ending } from '../../../indexer/commands/session-ending.js';
import { tempFolder } from '../../helpers/temp.js';
import { until } from '../../helpers/test-env.js';

let top: string;
let told: (string | undefined)[];
let endings: Ending[];
let watch: RootsWatch;
const at = (name: string) => Buffer.from(join(top, name));

beforeEach(() => {
  top = tempFolder();
  for (const name of ['one', 'two']) mkdirSync(at(name));
  symlinkSync('one', at('current'));
  told = [];
  endings = [];
  watch = new RootsWatch([{ name: at('current'), path: at('one') }], {
    session: { trouble: (_kind, text) => told.push(text) },
    ended: { end: (ending) => endings.push(ending) },
  });
});

afterEach(() => watch.close());

function switchTo(target: string | undefined): void {
  rmSync(at('current'), { force: true });
  if (target !== undefined) symlinkSync(target, at('current'));
}

describe('the names of the roots', () => {
  it('that lead to another folder are told', async () => {
    await until('it has looked once', () => told.length > 0);
    expect([told[0], endings]).toEqual([undefined, []]);
    switchTo('two');
    await until('the move is told', () => endings.length > 0);
    expect(endings[0]).toBe('reopen');
  });

  it('that lead nowhere while their folder is there are a trouble, until they lead there again', async () => {
    switchTo(undefined);
    await until('it is told', () => told.at(-1) !== undefined);
    expect(told.at(-1)).toBe(
      `${join(top, 'current')} leads nowhere: ${join(top, 'one')}, where it led, is kept current meanwhile`,
    );
    switchTo('one');
    await until('it is over', () => told.at(-1) === undefined);
    expect(endings).toEqual([]);
  });
});
