/** What a session does at intervals: it keeps its report, volumes, index and memory in order. */
import { pathKey } from '../shared/path-key.js';
import { PRIORITY } from '../shared/types.js';
import type { WorkBudget } from './budget/budget.js';
import type { DaemonReport } from './daemon-report.js';
import type { KeptEvents } from './flow/kept-events.js';
import type { FreshnessKeeper } from './freshness/keeper.js';
import type { IndexReader } from './index-reader.js';
import type { Pipeline } from './pipeline.js';
import type { IgnoreLookup } from './rules/ignore-lookup.js';
import type { Chore } from './system/chores.js';
import type { Clock } from './system/clock.js';
import { giveBackMemory } from './system/give-back-memory.js';
import { shorteningHeaps } from './system/libc.js';
import type { Tally } from './tally.js';
import type { NetworkVolumes } from './volumes/network-volumes.js';
import { KILL_REST_MS, MAX_KILLS } from './work/attempts.js';
import type { Upkeep } from './writer/upkeep.js';
import type { WriterClient } from './writer/writer-client.js';

export interface HousekeepingParts {
  readonly roots: readonly Uint8Array[];
  readonly writer: Pick<WriterClient, 'apply' | 'shrink'>;
  readonly index: Pick<IndexReader, 'failedPaths' | 'killersBefore' | 'missingFolders' | 'shrink'>;
  readonly rules: Pick<IgnoreLookup, 'shrink'>;
  readonly budget: Pick<WorkBudget, 'allowance'>;
  readonly upkeep: Pick<Upkeep, 'run'>;
  readonly tally: Pick<Tally, 'takeHasWorked'>;
  readonly report: Pick<DaemonReport, 'hasNews' | 'opsFor'>;
  readonly freshness: Pick<FreshnessKeeper, 'isCompared' | 'isComplete' | 'comparisons' | 'ledger' | 'clockWentBack'>;
  readonly pipeline: Pick<Pipeline, 'commit' | 'poke' | 'rested'>;
  readonly network: Pick<NetworkVolumes, 'due'>;
  readonly events: Pick<KeptEvents, 'look'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** In the indexed folders. */
  readonly mountPoints: () => readonly Buffer[];
  readonly isOpen: (path: Buffer) => Promise<boolean>;
}

export function choresOf(parts: HousekeepingParts): readonly Chore[] {
  const { pipeline, network, clock } = parts;
  return [
    { everyMs: 1_000, run: () => saveReport(parts) },
    { everyMs: 1_000, run: () => pipeline.rested() },
    { everyMs: 1_000, run: () => compareLater(parts, network.due(clock.monotonicMs())) },
    { everyMs: 2_000, run: () => lookForOpened(parts) },
    // How soon a volume that is mounted again is seen.
    { everyMs: 10_000, run: () => lookForVolumes(parts) },
    { everyMs: 60_000, run: () => maintainWhenDue(parts) },
    { everyMs: 60_000, run: () => tryKillersAgain(parts) },
    // Not in step with the rest of what is done once a minute.
    { everyMs: 50_000, run: () => shrink(parts) },
  ];
}

/** Does nothing without news. */
export async function saveReport({ writer, report, freshness }: HousekeepingParts): Promise<void> {
  if (report.hasNews(freshness)) await writer.apply(report.opsFor(freshness));
}

/**
 * What was missing may be there again. A root that was closed may be open: no folder above it is watched to tell of
 * that.
 */
async function lookForVolumes(parts: HousekeepingParts): Promise<void> {
  const { index, roots } = parts;
  const denied = index.failedPaths('FT_READ_DENIED');
  const closed = denied.filter((path) => roots.some((root) => path.equals(root)));
  await compareLater(parts, [...index.missingFolders, ...closed]);
}

/** What was closed when it was first looked at has no watch, and the folder above tells nothing of a mount point. */
async function lookForOpened(parts: HousekeepingParts): Promise<void> {
  const { index, mountPoints, isOpen } = parts;
  const points = mountPoints();
  if (points.length === 0) return;
  const denied = new Set(index.failedPaths('FT_READ_DENIED').map(pathKey));
  const closed = points.filter((point) => denied.has(pathKey(point)));
  const areOpen = await Promise.all(closed.map(isOpen));
  await compareLater(
    parts,
    closed.filter((_, at) => areOpen[at]),
  );
}

async function compareLater({ pipeline }: HousekeepingParts, folders: readonly Buffer[]): Promise<void> {
  if (folders.length === 0) return;
  await pipeline.commit({ hints: folders.map((path) => ({ path, scope: 'tree', priority: PRIORITY.bulk })) });
}

/** It may have been by chance that a file ended its extractor: memory was short, or the machine stood still. */
async function tryKillersAgain({ freshness, index, writer, pipeline }: HousekeepingParts): Promise<void> {
  if (!freshness.isCompared) return;
  const killers = index.killersBefore(Date.now() - KILL_REST_MS, MAX_KILLS);
  if (killers.length === 0) return;
  await writer.apply(killers.map((path) => ({ kind: 'tryAgain', path })));
  pipeline.poke();
}

async function maintainWhenDue(parts: HousekeepingParts): Promise<void> {
  const { freshness, budget, events, upkeep } = parts;
  if (!freshness.isCompared || budget.allowance.otherJobs === 0) return;
  await events.look(Date.now());
  if (await upkeep.run()) await giveBack(parts);
}

/** Gives the memory of finished work back to the system; does nothing in quiet times. */
async function shrink(parts: HousekeepingParts): Promise<void> {
  if (parts.freshness.isCompared && parts.tally.takeHasWorked()) await giveBack(parts);
}

async function giveBack({ writer, index, rules }: HousekeepingParts): Promise<void> {
  await shorteningHeaps(async () => {
    await writer.shrink();
    index.shrink();
    rules.shrink();
    await giveBackMemory();
  });
}
