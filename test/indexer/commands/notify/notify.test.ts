/** What a person does about endpoints: try them, look at what was given up, send it again, switch them on again. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deadLetters, enableEndpoint } from '../../../../indexer/commands/notify/dead.js';
import { sendTest } from '../../../../indexer/commands/notify/send-test.js';
import { OUTBOX_SCHEMA, Outbox } from '../../../../indexer/notify/deliver/outbox.js';
import type { Endpoint } from '../../../../indexer/notify/rules/rule.js';
import { type Db, openPlain } from '../../../../shared/store/open.js';
import { faultsOf } from '../../../helpers/notify-schema.js';
import { BEHAVIOURS, Receiver } from '../../../helpers/receiver.js';
import { tempFolder } from '../../../helpers/temp.js';
import { TextSink } from '../../../helpers/text-sink.js';

const host = { name: 'vm', id: 'x' };
const place = { sequence: 1, chain: { sequence: 1, hash: 'a'.repeat(64) } };

function endpointOf(url: string): Endpoint {
  return { name: 'ops', target: { kind: 'webhook', url: { text: url } }, secrets: [], format: 'json', maxAgeHours: 72 };
}

async function tested(receiver: Receiver) {
  const stdout = new TextSink();
  const isWell = await sendTest('pii', [endpointOf(`${receiver.url}/v3ry-s3cr3t`)], { host, place, env: {}, stdout });
  return { isWell, text: stdout.text.replace(/:\d+\)/, ':PORT)') };
}

describe('a test of a rule', () => {
  it('is a real event, and prints what came back', async () => {
    const receiver = await Receiver.open();
    expect(await tested(receiver)).toEqual({
      isWell: true,
      text: 'ops (localhost:PORT): taken (HTTP 200)\n  it said: ok\n',
    });
    const payload = JSON.parse(receiver.received[0]?.body ?? '');
    expect(payload).toMatchObject({ type: 'monitor.test', text: 'a test of the rule pii: nothing was changed' });
    expect(faultsOf(payload)).toEqual([]);
  });

  it('says why it was not taken, and what to do', async () => {
    const receiver = await Receiver.open();
    receiver.behaviour = BEHAVIOURS['not wanted'];
    expect(await tested(receiver)).toEqual({
      isWell: false,
      text:
        'ops (localhost:PORT): the receiver does not understand it (HTTP 400)\n  it said: no_text\n' +
        '  check `format`: each receiver wants its own\n',
    });
  });
});

describe('dead letters', () => {
  function withDead(): { db: Db; text: (again?: string) => string } {
    const db = openPlain(join(tempFolder(), 'notify.db'), 5_000);
    db.exec(OUTBOX_SCHEMA);
    const outbox = new Outbox(db);
    for (const sequence of [1, 2])
      outbox.add('ops', { webhookId: `evt_${sequence}`, sequence, severity: 'notice', createdMs: 0, payload: '{}' });
    outbox.open('ops', 'chat.example', 'one');
    outbox.expire('ops', 1, { atMs: 5, why: 'too old' });
    return {
      db,
      text: (again) => {
        const stdout = new TextSink();
        deadLetters(db, again, stdout);
        return stdout.text;
      },
    };
  }

  it('are listed, and sent again one by one or all of them', () => {
    const { text } = withDead();
    expect(text()).toBe('1  1970-01-01T00:00:00.000Z  ops  1: too old\n2  1970-01-01T00:00:00.000Z  ops  2: too old\n');
    expect(text('2')).toBe('1 message will be sent again\n');
    expect(text('all')).toBe('1 message will be sent again\n');
    expect(text()).toBe('no message was given up\n');
    expect(() => text('x')).toThrow('it is not the number of a message');
    expect(() => text('2')).toThrow('send again 2: no message with that number was given up');
  });

  it('of an endpoint that nobody knows: what there is is named', () => {
    const { db } = withDead();
    const stdout = new TextSink();
    enableEndpoint(db, 'ops', stdout);
    expect(stdout.text).toBe('ops is tried again at once\n');
    expect(() => enableEndpoint(db, 'other', stdout)).toThrow('switch on the endpoint other: there is none');
  });
});
