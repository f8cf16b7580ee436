/**
 * A probe of what audit sees: things are done to files of its own in a watched folder, and looked for in the change log.
 * They are done in a process of its own: one that was started before auditing was switched on would not be seen.
 */
import { randomBytes } from 'node:crypto';
import type { ChangeKind, FileChange } from '../changes/file-change.js';
import type { ChangeLogReader } from '../log/log-reader.js';

export interface Step {
  readonly what: string;
  readonly kind: ChangeKind;
  /** What its file has behind the common name. */
  readonly file: string;
}

export type Steps = Readonly<Record<string, Step>>;

export interface Probe {
  readonly steps: Steps;
  /**
   * Does them to files that begin with this name.
   * @returns the steps that could not be done, and why; as text, why nothing could.
   */
  readonly touch: (name: string) => Readonly<Record<string, string>> | string;
}

/** By `Step.what`. */
export type Outcome =
  | { readonly kind: 'seen'; readonly tookMs: number; readonly failed: readonly string[] }
  /** Of those that were done none arrived: `isAll`. */
  | { readonly kind: 'unseen'; readonly missing: readonly string[]; readonly isAll: boolean }
  | { readonly kind: 'untried'; readonly why: string };

/** Twice: the first may be what makes auditd notice that it has to start the plugin again. */
const TRIES = 2;
const PATIENCE_MS = 2500;
const POLL_MS = 20;
/** Within it everything has arrived, or does not. */
export const PROBE_SECONDS = (TRIES * PATIENCE_MS) / 1000;

export async function runProbe(reader: ChangeLogReader, { steps, touch }: Probe): Promise<Outcome> {
  const what = (names: readonly string[]) => names.map((name) => steps[name]?.what ?? name);
  let outcome: Outcome = { kind: 'untried', why: 'there is nothing to try' };
  for (let tries = 0; tries < TRIES && outcome.kind !== 'seen'; tries++) {
    const name = `.find-text-probe-${randomBytes(6).toString('hex')}`;
    const startedMs = performance.now();
    const failed = touch(name);
    if (typeof failed === 'string') return { kind: 'untried', why: failed };
    const done = Object.keys(steps).filter((step) => !(step in failed));
    const missing = await untilAllCome(reader, name, new Map(done.map((step) => [step, steps[step] as Step])));
    const tookMs = Math.round(performance.now() - startedMs);
    outcome =
      missing.length === 0
        ? { kind: 'seen', tookMs, failed: what(Object.keys(failed).filter((step) => step in steps)) }
        : { kind: 'unseen', missing: what(missing), isAll: missing.length === done.length };
  }
  return outcome;
}

/** @returns the steps that did not come in time. */
async function untilAllCome(
  reader: ChangeLogReader,
  name: string,
  steps: ReadonlyMap<string, Step>,
): Promise<readonly string[]> {
  const deadline = performance.now() + PATIENCE_MS;
  const missing = new Map(steps);
  while (missing.size > 0 && performance.now() < deadline) {
    const { items } = await reader.read();
    for (const item of items)
      for (const [key, step] of missing) if (item.kind !== 'gap' && isOf(item, step, name)) missing.delete(key);
    if (items.length === 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return [...missing.keys()];
}

function isOf({ kind, from }: FileChange, step: Step, name: string): boolean {
  const { path, name: last } = from;
  const file = `${name}${step.file}`;
  return kind === step.kind && (path?.includes(`/${file}`) || last?.equals(Buffer.from(file)) || false);
}
