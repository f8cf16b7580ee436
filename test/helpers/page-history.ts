/** A history for the page: what happened to files, what was told of it, and a message that was given up. */
import { Outbox } from '../../indexer/notify/deliver/outbox.js';
import { Ledger } from '../../indexer/notify/ledger/ledger.js';
import { openNotify } from '../../indexer/notify/store.js';
import type { FileEvent } from '../../shared/file-event.js';
import { Events } from '../../shared/store/events.js';
import { ANN } from './sample-actor.js';
import type { SampleIndex } from './sample-index.js';

const MINUTE_MS = 60_000;
const ACTOR = {
  login: { id: 1000, name: 'ann' },
  user: { id: 0, name: 'root' },
  process: { executable: '/usr/bin/vim', name: 'vim' },
};
const DIFF = '@@ -1,2 +1,2 @@\n Dear bank,\n-please lower the interest\n+please raise the <b>interest</b>\n';

export function addHistory(sample: SampleIndex): void {
  const events = new Events(sample.db, { maxBytes: 1 << 20, keepMs: 1e12 });
  const tell = (ageMinutes: number, given: Partial<FileEvent> & { readonly path: Buffer }) => {
    const event: FileEvent = { atMs: Date.now() - ageMinutes * MINUTE_MS, kind: 'write', origin: 'audit', ...given };
    events.add({ event, paths: [event.path] });
    events.save();
  };
  const bank = Buffer.from(sample.path('letters/to the bank.txt'));
  tell(3_000, { path: bank, kind: 'create', origin: 'inotify' });
  tell(50, { path: bank, actor: ANN });
  tell(10, { path: Buffer.from(sample.path('work/<i>gone</i>')), kind: 'delete', actor: ANN });
  const db = openNotify(sample.dataDirectory);
  const entry = { rule: 'letters', kind: 'modified', path: bank, delivery: 'sent' } as const;
  const body = { src_path: String(bank), dest_path: '', severity: 'warning', changes: ['2 lines'], actor: ACTOR };
  new Ledger(db).append({ ...entry, atMs: Date.now(), body: { ...body, diff: { text: DIFF } } });
  const outbox = new Outbox(db);
  outbox.add('ops', { webhookId: 'w', severity: 'warning', createdMs: 1, payload: '{}', sequence: 1 });
  outbox.expire('ops', 2, { atMs: Date.now(), why: 'the receiver has a problem (HTTP 500)' });
  db.close();
}
