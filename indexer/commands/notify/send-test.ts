/** Sends one event that says that it is a test to each endpoint, at once and beside the outbox, and prints what came back. */
import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import type { Answer } from '../../notify/deliver/target.js';
import { makeTarget } from '../../notify/deliver/targets/targets.js';
import { type Host, type Json, ownBody } from '../../notify/payload.js';
import type { Endpoint } from '../../notify/rules/rule.js';
import { SYSTEM_CLOCK } from '../../system/clock.js';

const PATIENCE_MS = 20_000;

export interface TestIo {
  readonly host: Host;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Writable;
  /** The place in the history so far: a test has none of its own. */
  readonly place: Json;
}

/** @returns whether all of them took it. */
export async function sendTest(rule: string, endpoints: readonly Endpoint[], io: TestIo): Promise<boolean> {
  let areAllWell = true;
  for (const endpoint of endpoints) {
    const { target } = makeTarget(endpoint, { env: io.env, clock: SYSTEM_CLOCK });
    const answer = await target.send(testMessage(rule, io), AbortSignal.timeout(PATIENCE_MS));
    io.stdout.write(`${endpoint.name} (${target.place}): ${textOf(answer)}\n`);
    areAllWell &&= answer.kind === 'accepted';
  }
  return areAllWell;
}

function testMessage(rule: string, { host, place }: TestIo) {
  const webhookId = `evt_${randomBytes(15).toString('base64url')}`;
  const event = {
    kind: 'test',
    atMs: SYSTEM_CLOCK.wallMs(),
    text: `a test of the rule ${rule}: nothing was changed`,
  } as const;
  return { webhookId, json: JSON.stringify({ ...ownBody(event, 'info', { id: webhookId, host }), ...place }) };
}

function textOf(answer: Answer): string {
  const said = answer.text ? `\n  it said: ${answer.text}` : '';
  if (answer.kind === 'accepted') return `taken${answer.code ? ` (${answer.code})` : ''}${said}`;
  return `${answer.why} (${answer.code})${said}\n  ${answer.hint}`;
}
