/**
 * Writes what is told, and to whom. That is an entry of the history for each change and rule, a message for each
 * endpoint, or a place in the next digest. Used inside the transaction that moves the cursor: either all of it is
 * remembered or nothing.
 */
import type { Db } from '../../shared/store/open.js';
import type { NewMessage } from './deliver/outbox.js';
import { afterDigest, Bursts, isDue, withChange } from './flood/bursts.js';
import { digestOf } from './flood/digest.js';
import { isWithinHours } from './flood/quiet.js';
import { type ChangeWindow, Windows } from './flood/windows.js';
import { type ChainHead, type Delivery, Ledger, type Waiting } from './ledger/ledger.js';
import { newId } from './new-id.js';
import { packageLines } from './packages/package-lines.js';
import type { VersionBook } from './packages/version-book.js';
import { changeBody, digestBody, type Findings, type Host, type Json, type Names, ownBody, sealed } from './payload.js';
import type { NotifyRule, Severity } from './rules/rule.js';
import type { Verdict } from './rules/rule-set.js';
import type { NetChange, OwnEvent, OwnKind } from './words.js';

/** Takes messages, inside the transaction. */
export interface Outlet {
  add(endpoint: string, message: NewMessage): void;
}

export interface RecorderOptions {
  readonly rules: readonly NotifyRule[];
  /** Names; events of find-text's own go to all. */
  readonly endpoints: readonly string[];
  readonly host: Host;
  readonly accounts: { readonly now: Names };
  readonly outlet: Outlet;
  /** Own events that are told; the others are recorded alone. @default all */
  readonly ownKinds?: ReadonlySet<OwnKind>;
}

/** A change that concerns a rule. */
export interface Told {
  readonly change: NetChange;
  readonly rule: NotifyRule;
  readonly verdict: Verdict;
  readonly findings: Findings;
}

type DigestWait = Waiting & { readonly delivery: Exclude<Waiting['delivery'], 'package'> };

/** There is one for each process. */
const MAX_CLAUSES = 25;

const OWN_SEVERITY: Partial<Record<OwnKind, Severity>> = {
  audit_rule_removed: 'critical',
  history_lost: 'critical',
  baseline_differs: 'warning',
  baseline_check_failed: 'warning',
  gap_opened: 'warning',
  endpoint_failing: 'warning',
  endpoint_off: 'warning',
};

export class Recorder {
  readonly ledger: Ledger;
  /** How many messages there were so far. */
  sent = 0;
  readonly #bursts: Bursts;
  readonly #windows: Windows;

  constructor(
    db: Db,
    private readonly options: RecorderOptions,
  ) {
    this.ledger = new Ledger(db);
    this.#bursts = new Bursts(db);
    this.#windows = new Windows(db);
  }

  /** How many changes of the rule would be told in full now: it is worth finding out more about these. */
  toTell(rule: NotifyRule, nowMs: number): number {
    if (this.#heldBy(rule, nowMs, nowMs)) return 0;
    return rule.first === 'all' ? Number.POSITIVE_INFINITY : rule.first - (this.#bursts.get(rule.name)?.told ?? 0);
  }

  change({ change, rule, verdict, findings }: Told, nowMs: number): ChainHead {
    const { host, accounts } = this.options;
    const isOfPackage = findings.package !== undefined;
    const delivery = verdict.isSent ? this.#deliveryOf(rule, change, { nowMs, isOfPackage }) : 'kept back';
    const body = changeBody(change, rule, findings, { id: newId(), host, names: accounts.now });
    const { isSent, clauses } = verdict;
    const omitted = clauses.length - MAX_CLAUSES;
    const decision = {
      is_sent: isSent,
      clauses: clauses.slice(0, MAX_CLAUSES),
      ...(omitted > 0 && { clauses_omitted: omitted }),
    };
    const entry = { atMs: change.lastMs, rule: rule.name, kind: change.kind, path: change.path, delivery };
    const head = this.ledger.append({ ...entry, body: { ...body, decision } });
    if (delivery === 'sent') this.#send(rule, sealed(body, head), { nowMs });
    return head;
  }

  /** @param except  an endpoint that it is about: it would not take it. */
  own(event: OwnEvent, except?: string): ChainHead {
    const { endpoints, ownKinds } = this.options;
    if (ownKinds && !ownKinds.has(event.kind)) return this.#recordOwn(event, 'kept back').head;
    return this.#tellOwn(
      event,
      endpoints.filter((name) => name !== except),
    );
  }

  /** Packages are done: one line for each, to those whose rules watch its files. */
  packages(book: VersionBook, nowMs: number): void {
    const waiting = this.ledger.waiting.filter(({ delivery }) => delivery === 'package');
    const entries = waiting.flatMap((each) => [...this.ledger.waitingOf(each)]);
    for (const { text, sequences, ...line } of packageLines(entries, book)) {
      for (const sequence of sequences) this.ledger.mark(sequence, 'counted');
      const rules = this.options.rules.filter(({ name }) => line.rules.includes(name));
      const to = new Set(rules.flatMap((rule) => rule.to));
      const details = { ...line, first_sequence: sequences[0], last_sequence: sequences.at(-1) };
      this.#tellOwn({ kind: 'package_changed', atMs: nowMs, text, details }, [...to]);
    }
  }

  #tellOwn(event: OwnEvent, to: readonly string[]): ChainHead {
    const { severity, payload, head } = this.#recordOwn(event, 'sent');
    this.#send({ severity, to }, payload, { nowMs: event.atMs });
    return head;
  }

  #recordOwn(event: OwnEvent, delivery: Delivery) {
    const severity = OWN_SEVERITY[event.kind] ?? 'info';
    const body = ownBody(event, severity, { id: newId(), host: this.options.host });
    const head = this.ledger.append({ ...event, rule: null, path: null, delivery, body });
    return { severity, payload: sealed(body, head), head };
  }

  /**
   * Tells of windows that were opened or are over, and makes the digests that are due.
   * @param isBehind  more changes are waiting to be recorded: no burst is over yet.
   */
  digests(nowMs: number, isBehind = false): void {
    for (const window of this.#windows.opened(nowMs)) this.#tellOpened(window);
    const over = this.#windows.ended(nowMs);
    if (!this.#windows.at(nowMs)) this.#digestWindow(over, nowMs);
    for (const window of over) this.#tellEnded(window);
    const rules = this.options.rules.filter(({ quiet }) => !quiet || !isWithinHours(quiet, new Date(nowMs)));
    for (const rule of rules) this.#digest({ rule: rule.name, delivery: 'quiet' }, undefined, nowMs);
    for (const burst of this.#bursts.all()) {
      if (!isDue(burst, nowMs)) continue;
      const isGoingOn = this.#digest({ rule: burst.rule, delivery: 'digest' }, undefined, nowMs);
      if (isGoingOn) this.#bursts.set(burst.rule, afterDigest(burst, nowMs));
      else if (!isBehind) this.#bursts.end(burst.rule);
    }
  }

  #deliveryOf(
    rule: NotifyRule,
    { lastMs }: NetChange,
    { nowMs, isOfPackage }: { readonly nowMs: number; readonly isOfPackage: boolean },
  ): Delivery {
    const held = this.#heldBy(rule, lastMs, nowMs);
    if (held) return held;
    if (isOfPackage) return 'package';
    const before = this.#bursts.get(rule.name);
    const { burst, isTold } = withChange(before, rule.first, nowMs);
    if (isTold || !before) this.#bursts.set(rule.name, burst);
    return isTold ? 'sent' : 'digest';
  }

  #heldBy({ severity, quiet }: NotifyRule, atMs: number, nowMs: number): 'window' | 'quiet' | undefined {
    if (this.#windows.at(atMs)) return 'window';
    return quiet && severity !== 'critical' && isWithinHours(quiet, new Date(nowMs)) ? 'quiet' : undefined;
  }

  /** What has settled after the digest of its window was made has one of its own. */
  #digestWindow(over: readonly ChangeWindow[], nowMs: number): void {
    const reason = over.length > 0 ? over.map((each) => each.reason).join(', ') : this.#windows.newest(nowMs)?.reason;
    for (const { rule, delivery } of this.ledger.waiting)
      if (delivery === 'window') this.#digest({ rule, delivery }, reason, nowMs);
  }

  /** @returns false when there was nothing to count */
  #digest(waiting: DigestWait, reason: string | undefined, nowMs: number): boolean {
    const why = waiting.delivery === 'digest' ? 'burst' : waiting.delivery;
    const digest = digestOf(this.ledger.waitingOf(waiting), why, reason);
    if (!digest) return false;
    const { sequences, ...counted } = digest;
    for (const sequence of sequences) this.ledger.mark(sequence, 'counted');
    const { host, endpoints, rules } = this.options;
    // A rule that is gone by now has no endpoints of its own any more.
    const rule = rules.find(({ name }) => name === waiting.rule) ?? {
      name: waiting.rule,
      severity: 'notice' as const,
      tags: [],
      to: endpoints,
    };
    const body = digestBody(counted, rule, { id: newId(), host, atMs: nowMs });
    const entry = { atMs: nowMs, rule: rule.name, kind: 'digest', path: null, delivery: 'sent' } as const;
    const head = this.ledger.append({ ...entry, body });
    this.#send(rule, sealed(body, head), { nowMs, firstSequence: counted.firstSequence });
    return true;
  }

  #tellOpened(window: ChangeWindow): void {
    const { id, untilMs, reason, openedBy, fromMs } = window;
    const until = new Date(untilMs).toISOString();
    const text = `change window until ${until}, opened by ${openedBy}: ${reason}`;
    this.own({ kind: 'window_opened', atMs: fromMs, text, details: { until, reason, by: openedBy } });
    this.#windows.openingTold(id);
  }

  #tellEnded({ id, untilMs, reason }: ChangeWindow): void {
    this.own({
      kind: 'window_closed',
      atMs: untilMs,
      text: `the change window is over: ${reason}`,
      details: { reason },
    });
    this.#windows.endTold(id);
  }

  #send(
    { severity, to }: Pick<NotifyRule, 'severity' | 'to'>,
    payload: Json,
    { nowMs, firstSequence }: { readonly nowMs: number; readonly firstSequence?: number },
  ): void {
    const message = {
      webhookId: String(payload.id),
      sequence: Number(payload.sequence),
      ...(firstSequence !== undefined && { firstSequence }),
      severity,
      createdMs: nowMs,
      payload: JSON.stringify(payload),
    };
    this.sent++;
    for (const endpoint of to) this.options.outlet.add(endpoint, message);
  }
}
