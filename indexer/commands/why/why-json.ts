/** One object, as `find-textd why --json` prints it. docs/why-json.md is its contract. */

import { type ReasonJson, toReasonJson } from '../../../shared/answer/reason-json.js';
import { jsonPath } from '../../../shared/path-text.js';
import type { SCORE_PARTS } from '../../../shared/search/rank.js';
import { allParts, roundedScore } from '../../../shared/search/score-text.js';
import { troubleText } from '../../../shared/troubles.js';
import type { UserNames } from '../../../shared/who-text.js';
import type { DaemonStatus } from '../daemon-status.js';
import { type EventLine, eventLine } from '../events.js';
import type { Facts } from './facts.js';
import type { FileLimits } from './file-limits.js';
import { judgePath, type WhyState } from './judge-path.js';

export interface WhyJson {
  readonly path: string;
  readonly pathHex?: string;
  readonly inner: string | null;
  readonly innerHex?: string;
  readonly isIndexed: boolean;
  readonly state: WhyState;
  readonly text: string;
  readonly advice: string | null;
  readonly kind: 'file' | 'folder' | 'other' | null;
  readonly root: string | null;
  readonly rootHex?: string;
  readonly rule: {
    readonly text: string;
    readonly folder: string | null;
    readonly folderHex?: string;
    readonly option: string | null;
    readonly file: string | null;
    readonly fileHex?: string;
    readonly line: number | null;
    readonly pattern: string | null;
  } | null;
  readonly file: { readonly size: number; readonly modifiedMs: number } | null;
  readonly document: {
    readonly type: string;
    readonly title: string;
    readonly extractor: string;
    readonly extractorVersion: number;
    readonly size: number;
    readonly modifiedMs: number;
    readonly isPartial: boolean;
    readonly inner: number;
  } | null;
  readonly folder: { readonly files: number; readonly folders: number } | null;
  readonly failure: { readonly code: string; readonly message: string; readonly atMs: number } | null;
  readonly limits: FileLimits | null;
  readonly queue: {
    readonly path: string;
    readonly pathHex?: string;
    readonly isRunning: boolean;
    readonly attempts: number;
  } | null;
  readonly lastEvent: EventLine | null;
  readonly query: {
    readonly text: string;
    readonly isFound: boolean;
    readonly rank: number | null;
    readonly total: number;
    readonly isTotalExact: boolean;
    readonly score: number | null;
    readonly parts: Readonly<Record<keyof typeof SCORE_PARTS, number>> | null;
    readonly missing: readonly string[];
    readonly unwanted: readonly string[];
    readonly unmet: readonly string[];
    readonly searched: string | null;
  } | null;
  readonly daemon: DaemonStatus;
  readonly reasons: readonly ReasonJson[];
  readonly troubles: readonly string[];
}

export function toWhyJson(facts: Facts, daemon: DaemonStatus, users: UserNames): WhyJson {
  const { path, innerPath, root, observed, folder, failure, lastEvent, reasons, known } = facts;
  const { advice = null, ...judged } = judgePath(facts);
  return {
    ...shown('path', path),
    ...shown('inner', innerPath),
    ...judged,
    advice,
    kind: kindOf(observed.kind),
    ...shown('root', root),
    rule: ruleJson(facts),
    file: observed.kind === 'file' ? { size: observed.stat.size, modifiedMs: observed.stat.mtimeMs } : null,
    document: documentJson(facts),
    folder: folder ?? null,
    failure: failure ? { code: failure.code, message: failure.message, atMs: failure.at_ms } : null,
    limits: facts.limits ?? null,
    queue: queueJson(facts),
    lastEvent: lastEvent ? eventLine(lastEvent, users) : null,
    query: queryJson(facts),
    daemon,
    reasons: reasons.map(toReasonJson),
    troubles: known.troubles.map(troubleText),
  };
}

function kindOf(kind: Facts['observed']['kind']): WhyJson['kind'] {
  if (kind === 'file' || kind === 'other') return kind;
  return kind === 'directory' ? 'folder' : null;
}

function ruleJson({ exclusion }: Facts): WhyJson['rule'] {
  if (!exclusion) return null;
  const { text, above, option = null, file, line = null, pattern = null } = exclusion;
  return { text, ...shown('folder', above), option, ...shown('file', file), line, pattern };
}

function documentJson({ row, isPartial, inner }: Facts): WhyJson['document'] {
  if (!row) return null;
  const { type, title, extractor, extractor_version: extractorVersion, size, mtime_ms: modifiedMs } = row;
  return { type, title, extractor, extractorVersion, size, modifiedMs, isPartial, inner };
}

function queueJson({ queued }: Facts): WhyJson['queue'] {
  return queued ? { ...shown('path', queued.path), isRunning: queued.isRunning, attempts: queued.attempt } : null;
}

function queryJson({ query }: Facts): WhyJson['query'] {
  if (!query) return null;
  const { text, explained } = query;
  if (!explained) return { text, ...NOT_IN_INDEX };
  const {
    isFound,
    rank = null,
    total,
    isTotalExact,
    score,
    parts,
    missing,
    unwanted,
    unmet,
    searched = null,
  } = explained;
  return {
    text,
    isFound,
    rank,
    total,
    isTotalExact,
    score: score === undefined ? null : roundedScore(score),
    parts: score === undefined || !parts ? null : allParts(score, parts),
    missing,
    unwanted,
    unmet,
    searched,
  };
}

const NOTHING_LACKING = { missing: [], unwanted: [], unmet: [], searched: null } as const;
const NOT_IN_INDEX = {
  isFound: false,
  rank: null,
  total: 0,
  isTotalExact: true,
  score: null,
  parts: null,
  ...NOTHING_LACKING,
} as const;

type Shown<Name extends string, Value> = { readonly [_ in Name]: Value } & { readonly [_ in `${Name}Hex`]?: string };

function shown<Name extends string>(name: Name, path: Buffer): Shown<Name, string>;
function shown<Name extends string>(name: Name, path: Buffer | undefined): Shown<Name, string | null>;
function shown(name: string, path: Buffer | undefined): unknown {
  return path ? jsonPath(name, path) : { [name]: null };
}
