/** What a configuration asks of integrity monitoring: rules and endpoints, checked. Nothing here runs. */
import type { BackupPlace } from '../../backup/places.js';
import type { ChangedAttribute, NetKind } from '../words.js';

export const SEVERITIES = ['info', 'notice', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const FORMATS = ['auto', 'json', 'slack', 'discord', 'mattermost', 'teams', 'ntfy', 'pagerduty'] as const;
export type Format = (typeof FORMATS)[number];

export interface NotifyRule {
  readonly name: string;
  /** As written: gitignore patterns, absolute, `~/…` or relative to each root. */
  readonly paths: readonly string[];
  readonly events: ReadonlySet<NetKind>;
  /** Of `modified` and `attrib`: only where one of these has changed. Missing: any. */
  readonly attributes?: ReadonlySet<ChangedAttribute>;
  readonly ignore: readonly DoerPattern[];
  readonly only: readonly DoerPattern[];
  readonly severity: Severity;
  readonly quiet?: QuietHours;
  readonly tags: readonly string[];
  readonly diff: DiffWish;
  readonly backup: readonly BackupPlace[];
  /** Names of endpoints. Empty: it is recorded and told to nobody. */
  readonly to: readonly string[];
  /** How many changes of a burst are told one by one. */
  readonly first: number | 'all';
  readonly settleMs: number;
  /** Growing is no change; anything else is. */
  readonly kind?: 'append-only';
}

/** All keys must fit, each with one of its values. Numbers are ids. */
export interface DoerPattern {
  readonly login?: readonly (string | number)[];
  /** The real or the effective user. */
  readonly user?: readonly (string | number)[];
  readonly group?: readonly (string | number)[];
  /** Real paths. */
  readonly exe?: readonly string[];
  readonly comm?: readonly string[];
  /** Names of processes above it. */
  readonly parent?: readonly string[];
  readonly unit?: readonly string[];
  readonly session?: readonly number[];
}
export type DoerKey = keyof DoerPattern;

/** Local time, `HH:MM`. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

export interface DiffWish {
  readonly isOn: boolean;
  /** Patterns of what is secret beside what is known to be; syntax of RE2. */
  readonly redact: readonly string[];
  /** Gitignore patterns of files that are not compared line by line, beside what is never compared. */
  readonly never: readonly string[];
}

/** A secret is in a file or in the environment. `text`: in the configuration, for URLs that are none. */
export type SecretSource = { readonly file: string } | { readonly env: string } | { readonly text: string };

export type Target =
  | { readonly kind: 'webhook'; readonly url: SecretSource }
  /** JSON on its standard input. */
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  /** JSON lines; `-` is standard output. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'journald' }
  /** `tcp://host:port` or `tls://host:port`. */
  | { readonly kind: 'syslog'; readonly url: string };

export interface Endpoint {
  /** Of a rule's own webhook: the rule's name. */
  readonly name: string;
  readonly target: Target;
  /** To sign with; the newest first. None: it is not signed. */
  readonly secrets: readonly SecretSource[];
  readonly format: Format;
  /** PEM file of a private authority. */
  readonly ca?: string;
  readonly proxy?: string;
  readonly maxAgeHours: number;
}

export interface NotifyConfig {
  readonly rules: readonly NotifyRule[];
  readonly endpoints: readonly Endpoint[];
}
