/** What is shown at a terminal is in the history, and what a crash has kept from being shown is shown afterwards. */
import { beforeEach, expect, it } from 'vitest';
import { Echo, type Echoed } from '../../../indexer/notify/echo.js';
import { type Delivery, Ledger } from '../../../indexer/notify/ledger/ledger.js';
import { openNotify, openNotifyForReading } from '../../../indexer/notify/store.js';
import type { Db } from '../../../shared/store/open.js';
import { tempFolder } from '../../helpers/temp.js';

let folder: string;
let db: Db;
let ledger: Ledger;
let said: Echoed[];

beforeEach(() => {
  folder = tempFolder();
  db = openNotify(folder);
  ledger = new Ledger(db);
  said = [];
});

function happens(kind: string, delivery: Delivery = 'sent'): void {
  ledger.append({ atMs: 1, rule: 'watch', kind, path: null, delivery, body: { event_type: kind } });
}

const begin = () => new Echo(db, (echoed) => said.push(echoed));
const kinds = () => said.flatMap(({ payloads }) => payloads.map(({ event_type: kind }) => kind));

it('says each entry that is told once, in their order, sealed as in messages', () => {
  const echo = begin();
  happens('created');
  happens('attrib', 'kept back');
  happens('modified');
  echo.tell();
  echo.tell();
  expect(said).toHaveLength(1);
  expect(said[0]).toMatchObject({ payloads: [{ event_type: 'created' }, { event_type: 'modified' }], upTo: 3 });
  expect(said[0]?.payloads[1]).toMatchObject({ sequence: 3, chain: ledger.head });
  happens('deleted');
  echo.tell();
  expect(kinds()).toEqual(['created', 'modified', 'deleted']);
});

it('says after a crash what was not shown', () => {
  const echo = begin();
  happens('created');
  echo.tell();
  expect(echo.isWaiting).toBe(true);
  echo.shown(1);
  expect(echo.isWaiting).toBe(false);
  happens('modified');
  echo.tell();
  // One that was recorded, and nobody was woken.
  happens('deleted');
  said = [];
  begin().tell();
  expect(kinds()).toEqual(['modified', 'deleted']);
});

it('says nothing of what was there before anybody read along', () => {
  happens('created');
  const echo = begin();
  echo.tell();
  expect(said).toEqual([]);
  expect(echo.isWaiting).toBe(false);
});

it('says nothing that a crash may undo', () => {
  const other = openNotifyForReading(folder) as Db;
  const counts: number[] = [];
  const echo = new Echo(db, () => counts.push(other.prepare('SELECT count(*) FROM ledger').pluck().get() as number));
  db.transaction(() => happens('created')).immediate();
  echo.tell();
  other.close();
  expect(counts).toEqual([1]);
});
