import { expect, it } from 'vitest';
import { NewRules } from '../../../indexer/notify/new-rules.js';
import { parseNotify } from '../../../indexer/notify/rules/parse-notify.js';
import { openNotify } from '../../../indexer/notify/store.js';
import { PLACES } from '../../../indexer/rules/rules.js';
import { tempFolder } from '../../helpers/temp.js';

function rulesFor(root: string, names: readonly string[]) {
  const text = names.map((name) => `[[notify]]\nname = "${name}"\npaths = ["${root}/${name}"]\nto = []\n`).join('');
  return parseNotify(text, 'config.toml', { roots: [Buffer.from(root)], places: PLACES }).compiled;
}

it('what no rule has to do with that was compared before is new, until all are', () => {
  const [folder, root] = [tempFolder(), tempFolder()];
  const db = openNotify(folder);
  const [a, b] = ['a/x', 'b/x'].map((name) => Buffer.from(`${root}/${name}`)) as [Buffer, Buffer];
  const first = new NewRules(db, rulesFor(root, ['a']));
  expect(first.isNew(a)).toBe(true);
  first.compared();
  expect(first.isNew(a)).toBe(false);
  const second = new NewRules(db, rulesFor(root, ['a', 'b']));
  expect([a, b].map((path) => second.isNew(path))).toEqual([false, true]);
  second.compared();
  expect([a, b].map((path) => second.isNew(path))).toEqual([false, false]);
  db.close();
});
