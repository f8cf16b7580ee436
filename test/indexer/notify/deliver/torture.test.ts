/**
 * A receiver that fails in every way in turn, a sender that is killed again and again: each message arrives at least
 * once, in order for each file, under one id, with a signature that holds.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { readHealth } from '../../../../indexer/notify/deliver/health.js';
import { enable, OUTBOX_SCHEMA, Outbox, readDeadLetters } from '../../../../indexer/notify/deliver/outbox.js';
import type { Endpoint } from '../../../../indexer/notify/rules/rule.js';
import { openPlain } from '../../../../shared/store/open.js';
import { AUTHORITY_FILE, type Received, Receiver } from '../../../helpers/receiver.js';
import { tempFolder } from '../../../helpers/temp.js';
import { until } from '../../../helpers/test-env.js';
import { failingWays, Turns } from '../../../helpers/turns.js';
import { bundleChild } from '../../sources/inotify/child.js';

const MESSAGES = 800;
const FILES = 20;
const KILLS = 20;
/** So many are taken from one way to fail to the next. */
const BETWEEN = 20;
const REQUESTS_PER_KILL = 37;
/** For what goes on for ever; what hangs is ended by the patience for each request. A busy machine needs more than ten minutes. */
const LIMIT_MS = 3_600_000;
const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const PATH = '/services/T00/B00/v3ry-s3cr3t-token';

it(
  'nothing is lost, whatever the receiver does and whoever kills the sender',
  async () => {
    const folder = tempFolder();
    const receiver = await Receiver.open({ isTls: true });
    const urlFile = join(folder, 'url');
    const secretFile = join(folder, 'secret');
    writeFileSync(urlFile, `${receiver.url}${PATH}\n`, { mode: 0o600 });
    writeFileSync(secretFile, `${SECRET}\n`, { mode: 0o600 });
    const endpoint: Endpoint = {
      name: 'ops',
      target: { kind: 'webhook', url: { file: urlFile } },
      secrets: [{ file: secretFile }],
      format: 'json',
      ca: AUTHORITY_FILE,
      maxAgeHours: 8_760,
    };
    const file = join(folder, 'notify.db');
    const db = openPlain(file, 60_000);
    db.pragma('journal_mode = WAL');
    db.exec(OUTBOX_SCHEMA);
    const outbox = new Outbox(db);
    const sender = new Sender(file, endpoint);
    onTestFinished(async () => {
      await sender.kill();
      sender.remove();
      db.close();
    });

    const turns = new Turns(receiver, failingWays(receiver, { times: 2, isLongEnough: async () => {} }), BETWEEN);
    const { taken } = turns;
    let requests = 0;
    receiver.onRequest = () => {
      requests += 1;
      // At another place of the attempt each time: before the answer, with it, after it.
      if (requests % REQUESTS_PER_KILL === 0 && sender.kills < KILLS) void sender.killSoon(sender.kills % 5);
    };
    sender.start();
    for (let sequence = 1; sequence <= MESSAGES; sequence += 100)
      db.transaction(() => {
        for (let at = sequence; at < sequence + 100; at += 1) outbox.add('ops', messageOf(at));
      })();
    const isDone = () => readHealth(db)[0]?.waiting === 0 && sender.kills === KILLS;
    // The patience is for each request, not for all of them: a busy machine needs minutes.
    while (!isDone()) {
      const before = requests;
      const state = () => `${taken.size} of ${MESSAGES}, ${requests} requests, ${sender.kills} kills`;
      await until(
        () => `another one arrives: ${state()}; ${sender.stderr.slice(-500)}`,
        () => {
          if (sender.isEnded) sender.start();
          // The user makes another one of a webhook that was gone.
          if (readHealth(db)[0]?.state === 'off') enable(db, 'ops');
          return requests > before || isDone();
        },
      );
    }

    expect(turns.areAllMet).toBe(true);
    expect(sender.kills).toBe(KILLS);
    const dead = new Set(readDeadLetters(db).map(({ firstSequence }) => firstSequence));
    const arrived = [...taken.values()].map(
      ([first]) => JSON.parse((first as Received).body) as { sequence: number; src_path: string },
    );
    // One that was taken while the sender was killed may be refused afterwards: it is both.
    expect(new Set([...dead, ...arrived.map(({ sequence }) => sequence)]).size).toBe(MESSAGES);
    for (const name of new Set(arrived.map(({ src_path }) => src_path))) {
      const sequences = arrived.filter(({ src_path }) => src_path === name).map(({ sequence }) => sequence);
      expect(sequences).toEqual(sequences.toSorted((one, other) => one - other));
    }
    for (const [id, all] of taken)
      for (const { body, headers } of all) {
        expect(headers['webhook-id']).toBe(id);
        expect(body).toBe((all[0] as Received).body);
      }
    expect(receiver.received.filter(({ path }) => path !== PATH)).toEqual([]);
    for (const { body, headers } of receiver.received) expect(isSigned(body, headers)).toBe(true);
    expectNowhere(folder, ['v3ry-s3cr3t-token', SECRET.slice('whsec_'.length)], [urlFile, secretFile]);
    expect(sender.stderr).not.toMatch(/v3ry-s3cr3t|\/services\/|whsec_/);
  },
  LIMIT_MS,
);

/** The clock of the sender runs faster: how far the time of the message is away says nothing. */
function isSigned(body: string, headers: Readonly<Record<string, string>>): boolean {
  const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
  const expected = new Webhook(SECRET).sign(headers['webhook-id'] as string, at, body);
  return headers['webhook-signature'] === expected;
}

function messageOf(sequence: number) {
  const id = `evt_${String(sequence).padStart(20, '0')}`;
  const payload = JSON.stringify({
    type: 'file.modified',
    id,
    timestamp: '2026-11-28T21:55:49.340Z',
    event_type: 'modified',
    src_path: `/srv/${sequence % FILES}`,
    rule: 'pii',
    sequence,
    diff: { text: 'x'.repeat(sequence % 100 === 0 ? 100_000 : 10) },
  });
  return { webhookId: id, sequence, severity: 'critical' as const, createdMs: Date.now(), payload };
}

class Sender {
  kills = 0;
  stderr = '';
  #child: ChildProcess | undefined;
  readonly #program = bundleChild('../../notify/deliver/deliverer-process.ts');

  constructor(
    private readonly file: string,
    private readonly endpoint: Endpoint,
  ) {}

  /** @throws when it has ended by itself */
  get isEnded(): boolean {
    if (this.#child && this.#child.exitCode !== null) throw new Error(`the sender ended: ${this.stderr.slice(-1_000)}`);
    return this.#child === undefined || this.#child.signalCode !== null;
  }

  start(): void {
    const { outfile, env } = this.#program;
    this.#child = spawn(process.execPath, [outfile, this.file, JSON.stringify([this.endpoint])], {
      env,
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
  }

  async killSoon(ms: number): Promise<void> {
    this.kills += 1;
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    this.#child?.kill('SIGKILL');
  }

  async kill(): Promise<void> {
    if (!this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child?.kill('SIGKILL');
    await ended;
  }

  remove(): void {
    this.#program.remove();
  }
}

/** In no file but those where the user has put them. */
function expectNowhere(folder: string, secrets: readonly string[], allowed: readonly string[]): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (allowed.includes(file)) continue;
    const bytes = readFileSync(file);
    for (const secret of secrets) expect(bytes.includes(secret), `${secret} in ${name}`).toBe(false);
  }
}
