/**
 * How auditd and auditing were before the first installation, kept in a file of root's for `audit uninstall`: whether
 * auditd ran, whether auditing was on, how many records the kernel held, and what all rules files together were.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { whyUntrusted } from '../plugin/trusted-path.js';
import type { Facts } from './facts.js';

export interface Before {
  readonly auditdRan: boolean;
  readonly enabled: number;
  readonly backlogLimit: number;
  /** /etc/audit/audit.rules, which augenrules makes of all rules files; null when there was none. */
  readonly mergedRules: string | null;
  /** Of the rules files of others: while they are the same, so is what is made of them. */
  readonly otherRulesHash: string;
}

/** @returns undefined where it is known already, or cannot be known: without root, or when find-text is installed. */
export function encodeBefore({ kernel, before, config, mergedRules, otherRules }: Facts): string | undefined {
  if (!kernel || before || config) return undefined;
  const { enabled, pid, backlogLimit } = kernel;
  const now: Before = {
    auditdRan: pid !== 0,
    enabled,
    backlogLimit,
    mergedRules: mergedRules ?? null,
    otherRulesHash: hashOf(otherRules),
  };
  return `${JSON.stringify(now, undefined, 2)}\n`;
}

/** @returns undefined when it was never noted, or others can have written it. */
export function readBefore(file: string): Before | undefined {
  if (whyUntrusted(file) !== undefined) return undefined;
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Before;
    const isWhole = typeof value.auditdRan === 'boolean' && [value.enabled, value.backlogLimit].every(Number.isInteger);
    return isWhole ? value : undefined;
  } catch {
    return undefined;
  }
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
