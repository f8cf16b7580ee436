/** Gathers a report from what is there anyway: notify.db, the history of baselines, the index, the configuration. Reads only. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { orUndefined, reasonText } from '../../../shared/errors.js';
import { FRESHNESS_KEY, parseFreshness } from '../../../shared/freshness.js';
import { displayPath } from '../../../shared/path-text.js';
import { currentIndexFile } from '../../../shared/store/generation.js';
import { lockHolder } from '../../../shared/store/lock.js';
import { Meta } from '../../../shared/store/meta.js';
import { type Db, openForReading } from '../../../shared/store/open.js';
import { BaselineStore, type HistoryRecord } from '../../baseline/store.js';
import { readHealth } from '../../notify/deliver/health.js';
import { readDeadLetters } from '../../notify/deliver/outbox.js';
import { Windows } from '../../notify/flood/windows.js';
import { thisHost } from '../../notify/host.js';
import { Ledger } from '../../notify/ledger/ledger.js';
import { verifyLedger } from '../../notify/ledger/verify.js';
import { timeOf } from '../../notify/payload.js';
import { loadNotify } from '../../notify/rules/load-notify.js';
import type { NotifyRule } from '../../notify/rules/rule.js';
import { entryText } from '../../notify/rules/rule-text.js';
import { Notes } from '../../notify/store.js';
import type { History } from '../histories.js';
import { rememberedRoots } from '../roots.js';
import { surroundingsOf } from '../rule-surroundings.js';
import { changeLine, isChange, ownEntry, pathLine, Tally } from './changes.js';
import { gapLine, gapsOf, type OwnEntry, pausesOf, stoppedAt } from './gaps.js';
import type {
  BaselineLine,
  ChangeLine,
  CheckLine,
  ComparisonLine,
  Deliveries,
  GapLine,
  HistoryLine,
  OwnLine,
  Report,
  RuleLine,
  Scope,
} from './report-words.js';

export interface Sources {
  readonly dataDirectory: string;
  readonly configFile: string;
  /** notify.db; undefined: no rule has ever asked for it. */
  readonly db: Db | undefined;
  /** Whose it is; undefined: there is none. */
  readonly history: History | undefined;
  /** All but this one. */
  readonly others: readonly History[];
}

export interface Span {
  /** 0: from the beginning. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

const FAILURES = ['endpoint_failing', 'endpoint_off', 'audit_rule_removed'];
const NO_HISTORY: HistoryLine = { isWhole: null, fault: null, first: 0, last: 0, head: null };
/** Of `find-textd watch`. */
const ON_COMMAND_LINE = { configFile: null, configSha256: null, problem: null, rules: [] };
const NO_DELIVERIES: Deliveries = { endpoints: [], failures: [], deadLetters: [] };

export async function makeReport(sources: Sources, span: Span): Promise<Report> {
  const { dataDirectory, db } = sources;
  const { own, totals } = db ? readHistory(db, span) : { own: [], totals: new Tally().totals };
  const within = own.filter(({ atMs }) => isWithin(atMs, span));
  return {
    made: timeOf(Date.now()),
    since: span.sinceMs > 0 ? timeOf(span.sinceMs) : null,
    until: timeOf(span.untilMs),
    host: thisHost(),
    isMonitored: db !== undefined,
    watch: sources.history?.isOfWatch ? pathLine(sources.history.watched ?? Buffer.from('?')) : null,
    otherWatches: sources.others.flatMap(({ watched }) => (watched ? pathLine(watched) : [])),
    scope: { ...(await readScope(sources)), ruleChanges: ownLines(within, ['rules_changed']) },
    ...readBaselines(dataDirectory, span),
    comparisons: within.filter(({ kind }) => kind === 'compared').map(comparisonLine),
    gaps: readGaps(sources, own).filter(({ from, to }) => overlaps(from, to, span)),
    pauses: pausesOf(own).filter(({ from, to }) => overlaps(from, to, span)),
    windows: db ? readWindows(db, span) : [],
    deliveries: db ? readDeliveries(db, ownLines(within, FAILURES)) : NO_DELIVERIES,
    history: db ? readVerdict(db) : NO_HISTORY,
    totals,
  };
}

/** In the order in which they were recorded. */
export function* readChanges(db: Db, span: Span): Generator<ChangeLine> {
  const ledger = new Ledger(db);
  for (const entry of ledger.entries(ledger.anchor.sequence))
    if (isChange(entry) && isWithin(entry.atMs, span)) yield changeLine(entry);
}

function readHistory(db: Db, span: Span) {
  const [ledger, own, tally]: [Ledger, OwnEntry[], Tally] = [new Ledger(db), [], new Tally()];
  for (const entry of ledger.entries(ledger.anchor.sequence)) {
    if (entry.rule === null) own.push(ownEntry(entry));
    else if (isChange(entry) && isWithin(entry.atMs, span)) tally.add(changeLine(entry));
  }
  return { own, totals: tally.totals };
}

async function readScope({ dataDirectory, configFile, db, history }: Sources): Promise<Omit<Scope, 'ruleChanges'>> {
  const roots = rememberedRoots(currentIndexFile(dataDirectory)).map(({ path }) => path);
  const settings = db && new Notes(db).get('rules');
  return {
    roots: roots.map(pathLine),
    settings: typeof settings === 'string' ? settings : null,
    ...(history?.isOfWatch ? ON_COMMAND_LINE : await readConfig(configFile, roots)),
  };
}

async function readConfig(
  configFile: string,
  roots: readonly Buffer[],
): Promise<Omit<Scope, 'ruleChanges' | 'roots' | 'settings'>> {
  const bytes = orUndefined(() => readFileSync(configFile));
  const configSha256 = bytes ? createHash('sha256').update(bytes).digest('hex') : null;
  return { configFile, configSha256, ...(await readRules(configFile, roots)) };
}

async function readRules(configFile: string, indexed: readonly Buffer[]): Promise<Pick<Scope, 'problem' | 'rules'>> {
  try {
    const { rules } = await loadNotify(configFile, surroundingsOf(indexed));
    return { problem: null, rules: rules.map(ruleLine) };
  } catch (error) {
    return { problem: reasonText(error), rules: [] };
  }
}

function ruleLine({ name, paths, events, severity, ignore, only, to }: NotifyRule): RuleLine {
  return {
    ...{ name, paths, events: [...events], severity, to },
    ignore: ignore.map(entryText),
    only: only.map(entryText),
  };
}

/** The one that counts is among them, whenever it was made. */
function readBaselines(dataDirectory: string, span: Span): Pick<Report, 'baselines' | 'checks'> {
  const store = new BaselineStore(dataDirectory);
  const records = orUndefined(() => store.history()) ?? [];
  const current = orUndefined(() => store.currentNumber());
  const signature = current === undefined ? null : signatureText(store);
  const made = records.filter(({ kind }) => kind !== 'checked');
  const newest = made.findLast(({ kind, number }) => number === current && kind !== 'waiting');
  return {
    baselines: made
      .filter((record) => record === newest || isWithin(Date.parse(record.at), span))
      .map((record) => baselineLine(record, record === newest, signature)),
    checks: records.filter(({ kind, at }) => kind === 'checked' && isWithin(Date.parse(at), span)).map(checkLine),
  };
}

function signatureText(store: BaselineStore): string {
  try {
    return store.current() ? 'valid' : 'there is none';
  } catch (error) {
    return reasonText(error);
  }
}

function baselineLine(record: HistoryRecord, isCurrent: boolean, signature: string | null): BaselineLine {
  const { at, kind, number, by, reason = null, hash } = record;
  return { at, kind, number, by, reason, sha256: hash, isCurrent, signature: isCurrent ? signature : null };
}

function checkLine({ at, by, number, counts, errors, status }: HistoryRecord): CheckLine {
  const { added = null, removed = null, changed = null } = counts ?? {};
  const isClean = status === 0;
  return {
    ...{ at, by, baseline: number, isClean, status: status ?? null, added, removed, changed },
    errors: errors ?? null,
  };
}

function comparisonLine({ atMs, details }: OwnEntry): ComparisonLine {
  const { names, changes, unreachable } = details;
  return {
    at: timeOf(atMs),
    names: Number(names ?? 0),
    changes: Number(changes ?? 0),
    unreachable: Number(unreachable ?? 0),
  };
}

/** Those that were told, and those that the index knows of now. */
function readGaps({ dataDirectory, db }: Sources, own: readonly OwnEntry[]): readonly GapLine[] {
  const told = gapsOf(own).map(gapLine);
  const isTold = ({ from, folder, reason }: GapLine) =>
    told.some((gap) => gap.to === null && gap.from === from && gap.folder === folder && gap.reason === reason);
  const now = (orUndefined(() => indexGaps(dataDirectory)) ?? []).filter((gap) => !isTold(gap));
  return [...told, ...now, ...(lockHolder(dataDirectory, 'daemon') || !db ? [] : [notRunning(db, own)])];
}

function indexGaps(dataDirectory: string): readonly GapLine[] {
  const file = currentIndexFile(dataDirectory);
  if (!file) return [];
  const db = openForReading(file);
  try {
    const { roots } = parseFreshness(new Meta(db).get(FRESHNESS_KEY)) ?? { roots: [] };
    return roots.flatMap(({ gaps }) =>
      gaps.map(({ reason, sinceMs, scope }) => ({
        ...{ from: sinceMs > 0 ? timeOf(sinceMs) : null, to: null },
        ...{ folder: displayPath(scope), reason, comparedAt: null },
      })),
    );
  } finally {
    db.close();
  }
}

function notRunning(db: Db, own: readonly OwnEntry[]): GapLine {
  const alive = new Notes(db).get('alive');
  const fromMs = stoppedAt(own) ?? (typeof alive === 'number' ? alive : undefined);
  const from = fromMs === undefined ? null : timeOf(fromMs);
  return { from, to: null, folder: null, reason: 'not running', comparedAt: null };
}

function readWindows(db: Db, span: Span): Report['windows'] {
  return new Windows(db)
    .begunBefore(span.untilMs)
    .filter(({ untilMs }) => untilMs >= span.sinceMs)
    .map(({ fromMs, untilMs, reason, openedBy }) => ({
      ...{ from: timeOf(fromMs), until: timeOf(untilMs) },
      ...{ reason, by: openedBy },
    }));
}

function readDeliveries(db: Db, failures: readonly OwnLine[]): Deliveries {
  return {
    endpoints: readHealth(db).map(({ name, place, state, delivered, waiting, dead }) => ({
      ...{ name, place, state, delivered, waiting, dead },
    })),
    failures,
    deadLetters: readDeadLetters(db).map(({ endpoint, createdMs, firstSequence, lastSequence, why }) => ({
      ...{ endpoint, created: timeOf(createdMs), firstSequence, lastSequence, why },
    })),
  };
}

function readVerdict(db: Db): HistoryLine {
  const ledger = new Ledger(db);
  const verdict = verifyLedger(ledger);
  const { head, anchor } = ledger;
  const first = head.sequence > anchor.sequence ? anchor.sequence + 1 : 0;
  const fault = verdict.isWhole ? null : `at entry ${verdict.sequence}: ${verdict.why}`;
  return { isWhole: verdict.isWhole, fault, first, last: head.sequence, head: head.hash };
}

function ownLines(entries: readonly OwnEntry[], kinds: readonly string[]): OwnLine[] {
  return entries
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ atMs, kind, text }) => ({ at: timeOf(atMs), kind, text }));
}

function isWithin(ms: number, { sinceMs, untilMs }: Span): boolean {
  return ms >= sinceMs && ms < untilMs;
}

function overlaps(from: string | null, to: string | null, { sinceMs, untilMs }: Span): boolean {
  return (from === null || Date.parse(from) < untilMs) && (to === null || Date.parse(to) >= sinceMs);
}
