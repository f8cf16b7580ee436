/** Which names are decided on, for events of some: what is below a folder goes and comes with it. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { KNOWN_SCHEMA, Known } from '../../../../indexer/notify/known.js';
import { Looker } from '../../../../indexer/notify/looker.js';
import { parseNotify } from '../../../../indexer/notify/rules/parse-notify.js';
import { RuleSet } from '../../../../indexer/notify/rules/rule-set.js';
import { Gather } from '../../../../indexer/notify/turn/gather.js';
import { Watched } from '../../../../indexer/notify/watched.js';
import { PLACES } from '../../../../indexer/rules/rules.js';
import { pathKey } from '../../../../shared/path-key.js';
import { openPlain } from '../../../../shared/store/open.js';
import { tempFolder } from '../../../helpers/temp.js';

let root: string;
let known: Known;
let looker: Looker;

beforeEach(() => {
  root = tempFolder();
  const db = openPlain(join(tempFolder(), 'known.db'), 1_000);
  db.exec(KNOWN_SCHEMA);
  known = new Known(db);
  looker = new Looker({ maxBytes: 1 << 20, timeoutMs: 60_000 }, () => new Map());
});

const bytes = (name: string) => Buffer.from(join(root, name));

async function know(...names: string[]): Promise<void> {
  for (const name of names) {
    const looked = await looker.look(bytes(name), null);
    if (looked.kind === 'there') known.set(bytes(name), looked.witness);
  }
}

/** `d/x gone` */
async function gathered(pattern: string, ...names: string[]): Promise<string[]> {
  const text = `[[notify]]\nname = "r"\npaths = ["${pattern}"]\nto = []\n`;
  const roots = [Buffer.from(root)];
  const { compiled } = parseNotify(text, 'config.toml', { roots, places: PLACES });
  const watched = new Watched(new RuleSet(compiled), roots, []);
  const { names: states } = await new Gather({ watched, known, looker, newRules: { isNew: () => false } }).of(
    names.map((name) => pathKey(bytes(name))),
  );
  const line = (path: Buffer, what: string) => `${path.toString().slice(root.length + 1)} ${what}`;
  return states
    .filter(({ before, after }) => before || after)
    .map(({ path, before, after }) => line(path, after ? (before ? 'is' : 'new') : 'gone'))
    .sort();
}

describe('a folder that is gone', () => {
  it.for([
    ['and was known', '.', ['d', 'd/x']],
    // It was renamed again before anything was decided on it.
    ['and was not known itself', '.', ['d/x']],
    ['and is not watched itself', '*.key', ['d/x.key']],
  ] as const)('%s takes with it what was known below it', async ([, pattern, names]) => {
    mkdirSync(bytes('d'));
    for (const name of ['d/x', 'd/x.key']) writeFileSync(bytes(name), 'x');
    await know(...names);
    rmSync(bytes('d'), { recursive: true });
    expect(await gathered(pattern, 'd')).toEqual(names.map((name) => `${name} gone`));
  });

  it('has another one in its place: what was known below the old one is looked at', async () => {
    for (const [folder, file] of [
      ['d', 'd/old.key'],
      ['e', 'e/new.key'],
    ] as const) {
      mkdirSync(bytes(folder));
      writeFileSync(bytes(file), 'x');
    }
    await know('d/old.key');
    renameSync(bytes('d'), bytes('away'));
    renameSync(bytes('e'), bytes('d'));
    expect(await gathered('*.key', 'd')).toEqual(['d/new.key new', 'd/old.key gone']);
  });

  it('is a file now', async () => {
    mkdirSync(bytes('d'));
    writeFileSync(bytes('d/x'), 'x');
    await know('d/x');
    rmSync(bytes('d'), { recursive: true });
    writeFileSync(bytes('d'), 'x');
    expect(await gathered('.', 'd')).toEqual(['d new', 'd/x gone']);
  });
});
