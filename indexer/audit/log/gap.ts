/**
 * A gap says that changes may have been missed: written into the change log between the changes by the plugin, or made
 * up by the reader when the log itself has a hole. Whoever reads one has to compare the root with the disk.
 *
 *   {"kind":"gap","reason":"plugin-start","since":1679598373.352,"count":12}
 */
export const GAP_REASONS = [
  /** auditd started: nobody knows what it missed. */
  'daemon-start',
  /** The watched directory was removed, or its rule was, or auditing was switched off. */
  'rule-removed',
  /** The rule, or auditing, is back: nobody knows what happened meanwhile. */
  'rule-added',
  /** The path leads to another folder than at the installation: nothing of it is written into this log. */
  'root-replaced',
  /** The stream had an event with records missing, */
  'partial-event',
  /** an event dropped by auditd, or more open at once than can be held, */
  'overflow',
  /** or a line that is no record; or the change log one that is no change. */
  'unparsable',
  /** The plugin could not write: disk full, quota, log gone. */
  'log-full',
  'plugin-start',
  /** What the reader had not read yet is not there any more: overwritten, removed or cut off. */
  'log-lost',
] as const;
export type GapReason = (typeof GAP_REASONS)[number];

export interface Gap {
  readonly kind: 'gap';
  readonly reason: GapReason;
  /** Milliseconds since 1970: from then on something may be missing; 0 when that is not known. */
  readonly sinceMs: number;
  /** How many records or changes; 0 when that is not known. */
  readonly count: number;
}

const LATEST_MS = 8.64e15;

export function encodeGap({ reason, sinceMs, count }: Gap): string {
  return `${JSON.stringify({ kind: 'gap', reason, since: sinceMs / 1000, ...(count > 0 && { count }) })}\n`;
}

/** @returns undefined for anything but the object of a gap line. */
export function tryParseGap(value: object): Gap | undefined {
  const { kind, reason, since, count = 0 } = value as Record<string, unknown>;
  if (kind !== 'gap' || !GAP_REASONS.includes(reason as GapReason)) return undefined;
  const sinceMs = Math.round(Number(since) * 1000);
  if (typeof since !== 'number' || !(sinceMs >= 0 && sinceMs <= LATEST_MS)) return undefined;
  if (!Number.isSafeInteger(count) || (count as number) < 0) return undefined;
  return { kind, reason: reason as GapReason, sinceMs, count: count as number };
}
