import { describe, expect, it } from 'vitest';
import { Outbox, readDeadLetters } from '../../../../indexer/notify/deliver/outbox.js';
import { openNotify } from '../../../../indexer/notify/store.js';
import { deadLetterHandlers } from '../../../../indexer/page/answers/dead-letters.js';
import { tempFolder } from '../../../helpers/temp.js';

const MESSAGE = { webhookId: 'w', severity: 'warning', createdMs: 1, payload: '{}' } as const;

function withDead(count: number) {
  const folder = tempFolder();
  const db = openNotify(folder);
  const outbox = new Outbox(db);
  for (let sequence = 1; sequence <= count; sequence++) outbox.add('ops\u001b', { ...MESSAGE, sequence });
  outbox.expire('ops\u001b', 2, { atMs: 3, why: 'it did not answer' });
  return { db, handlers: deadLetterHandlers(folder) };
}

describe('dead letters for the page', () => {
  it('are shown, the newest first, and without what could deceive', () => {
    const { handlers } = withDead(2);
    expect(handlers.dead?.({})).toMatchObject({
      letters: [
        { endpoint: 'ops\\x1b', why: 'it did not answer', entries: '2', deadMs: 3 },
        { entries: '1', createdMs: 1 },
      ],
    });
  });

  it('are sent again one by one, or all', () => {
    const { db, handlers } = withDead(3);
    const [first] = readDeadLetters(db);
    expect(handlers.resend?.({ id: first?.id })).toEqual({ count: 1 });
    expect(handlers.resend?.({ id: first?.id })).toEqual({ count: 0 });
    expect(readDeadLetters(db).map(({ lastSequence }) => lastSequence)).toEqual([2, 3]);
    expect(handlers.resend?.({ id: 'all' })).toEqual({ count: 2 });
    expect(readDeadLetters(db)).toEqual([]);
  });

  it.each(['x', -1, '1 OR 1=1', ['1']])('are not sent again by the number %j', (id) => {
    const { db, handlers } = withDead(1);
    expect(() => handlers.resend?.({ id })).toThrow(expect.objectContaining({ code: 'FT_REQUEST_INVALID' }));
    expect(readDeadLetters(db)).toHaveLength(1);
  });

  it('are none where integrity monitoring has never run, and nothing is made then', () => {
    const handlers = deadLetterHandlers(tempFolder());
    expect(handlers.dead?.({})).toEqual({ letters: [] });
    expect(() => handlers.resend?.({ id: 'all' })).toThrow(
      expect.objectContaining({
        message: 'send messages again: integrity monitoring has never run',
        hint: expect.any(String),
      }),
    );
  });
});
