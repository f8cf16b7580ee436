/**
 * `find-textd audit status`: is the plugin there and alive, what was lost, and how each change log is. Root sees those
 * of all users, others their own.
 */
import { cleanText, displayPath } from '../../../shared/path-text.js';
import { timeText, type UserNames } from '../../../shared/who-text.js';
import type { Gap } from '../log/gap.js';
import { type LogState, readLogState } from '../log/log-state.js';
import { findOwnLogs, isHidden } from '../log/own-logs.js';
import { type AuditConfig, logDirectoryOf } from '../plugin/audit-config.js';
import { loadAuditConfig } from '../plugin/load-audit-config.js';
import { isFresh, type PluginStatus, readPluginStatus } from '../plugin/plugin-status.js';
import { loadAccounts } from '../view/accounts.js';
import { type SetupParts, systemParts } from './install.js';
import { type KernelState, parseKernelState } from './kernel-state.js';
import type { SetupContext } from './setup-context.js';
import { lookAt } from './wanted-roots.js';

export interface WatchedLog {
  readonly root: Buffer;
  readonly uid: number;
  /** Undefined: there is none. */
  readonly state: LogState | undefined;
  /** Why changes do not come into it. */
  readonly trouble: string | undefined;
}

export interface AuditStatus {
  /** Why auditing is not set up. */
  readonly failure: string | undefined;
  readonly plugin: PluginStatus | undefined;
  readonly isPluginAlive: boolean;
  /** For root all, for others their own. */
  readonly logs: readonly WatchedLog[];
  /** Only root sees it. */
  readonly kernel: KernelState | undefined;
}

export function readAuditStatus({ paths, tools, run }: Omit<SetupParts, 'program'>): AuditStatus {
  const plugin = readPluginStatus(paths.statusFile);
  return {
    ...readLogs(paths.configFile),
    plugin,
    isPluginAlive: plugin !== undefined && isFresh(plugin, Date.now()),
    kernel: tools.auditctl ? parseKernelState(run([tools.auditctl, '-s'])) : undefined,
  };
}

function readLogs(configFile: string): Pick<AuditStatus, 'failure' | 'logs'> {
  try {
    return {
      failure: undefined,
      logs: isHidden(configFile) ? ownLogs(configFile) : allLogs(loadAuditConfig(configFile)),
    };
  } catch (error) {
    return { failure: (error as Error).message, logs: [] };
  }
}

function ownLogs(configFile: string): WatchedLog[] {
  const uid = process.geteuid?.() ?? 0;
  return findOwnLogs(configFile).logs.map(({ directory, root }) => {
    const state = readLogState(directory, root, [0, uid]);
    return { root, uid, state, trouble: troubleOf(state) };
  });
}

function allLogs(config: AuditConfig): WatchedLog[] {
  return config.roots.map((root) => {
    const state = readLogState(logDirectoryOf(config, root), root.path, [0, root.owner.uid]);
    const found = lookAt(root);
    const why =
      typeof found === 'string' ? found : isOther(found, root.folder) ? 'another folder stands there' : undefined;
    return { root: root.path, uid: root.owner.uid, state, trouble: why ?? troubleOf(state) };
  });
}

function isOther(found: { readonly inode: number }, noted: { readonly inode: number } | undefined): boolean {
  return noted !== undefined && found.inode !== noted.inode;
}

function troubleOf(state: LogState | undefined): string | undefined {
  if (!state) return 'it has no change log: `sudo find-textd audit install` makes one';
  const reason = state.endsInGap ? state.lastGap?.reason : undefined;
  if (reason === 'rule-removed') return 'its audit rule is gone';
  if (reason === 'root-replaced') return 'another folder stands there than at the installation';
  return undefined;
}

export function auditStatus(context: SetupContext, parts: Omit<SetupParts, 'program'> = systemParts()): void {
  context.stdout.write(auditStatusText(readAuditStatus(parts), Date.now(), loadAccounts().users));
}

export function auditStatusText(
  { failure, plugin, isPluginAlive, logs, kernel }: AuditStatus,
  nowMs: number,
  users: UserNames,
): string {
  return [
    ...(failure === undefined ? [] : [`not installed: ${failure}`]),
    ...logs.flatMap((log) => showLog(log, users)),
    ...(failure === undefined && logs.length === 0 ? ['you have no change log'] : []),
    plugin ? showPlugin(plugin, isPluginAlive, nowMs) : 'the plugin has never run since the last boot',
    ...(plugin && plugin.logsFailing > 0 ? [`${plugin.logsFailing} change log(s) cannot be written`] : []),
    ...(plugin?.untoldEvents ? [untoldText(plugin.untoldEvents)] : []),
    ...(plugin?.lastFailure ? [`last failure of the plugin: ${cleanText(plugin.lastFailure)}`] : []),
    kernel ? showKernel(kernel) : 'what the kernel has lost only root can see',
    '',
  ].join('\n');
}

function showLog({ root, uid, state, trouble }: WatchedLog, users: UserNames): string[] {
  const name = users.get(uid);
  const user = name === undefined ? `${uid}` : `${uid} (${cleanText(name)})`;
  return [
    `watched for user ${user}: ${displayPath(root)}${state ? `: ${showState(state)}` : ''}`,
    ...(trouble === undefined ? [] : [`  trouble: ${trouble}`]),
  ];
}

function showState({ bytes, lastChangeMs, lastGap }: LogState): string {
  const change = lastChangeMs === undefined ? 'no change yet' : `last change ${timeText(lastChangeMs)}`;
  return [showBytes(bytes), change, ...(lastGap ? [showGap(lastGap)] : [])].join(', ');
}

function showGap({ reason, sinceMs }: Gap): string {
  return `last gap ${sinceMs === 0 ? '' : `${timeText(sinceMs)} `}(${reason})`;
}

function showBytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function showPlugin(
  { pid, atMs, startedMs, events, changes, dropped, gaps, rssBytes }: PluginStatus,
  isAlive: boolean,
  nowMs: number,
): string {
  const seconds = (ms: number) => Math.max(Math.round((nowMs - ms) / 1000), 0);
  const since = isAlive
    ? `the plugin runs (process ${pid}) since ${seconds(startedMs)} s`
    : `the plugin is not running; it was last seen ${seconds(atMs)} s ago`;
  return `${since}: ${events} events, ${changes} changes, ${dropped} dropped, ${gaps} gaps, ${Math.round(rssBytes / 1e6)} MB`;
}

function untoldText(events: number): string {
  return (
    `${events} events of a kernel that writes no nametype= in PATH records, or of an unknown kind of machine: ` +
    'their changes are found by comparing'
  );
}

function showKernel({ enabled, pid, lost, backlog, backlogLimit }: KernelState): string {
  const state = ['switched off', 'on', 'on and locked'][enabled] ?? 'unknown';
  const auditd = pid === 0 ? 'auditd does not run' : `auditd is process ${pid}`;
  return `the kernel: auditing is ${state}, ${auditd}, ${lost} records lost, ${backlog} of ${backlogLimit} waiting`;
}
