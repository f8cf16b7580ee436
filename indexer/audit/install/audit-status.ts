/** `find-textd audit status`, for anybody: is the plugin there and alive, what is watched, what was lost. */
import { displayPath } from '../../../shared/paths.js';
import { findLogs } from '../log/find-logs.js';
import type { AuditConfig } from '../plugin/audit-config.js';
import { loadAuditConfig } from '../plugin/load-audit-config.js';
import { isFresh, type PluginStatus, readPluginStatus } from '../plugin/plugin-status.js';
import { type SetupParts, systemParts } from './install.js';
import { type KernelState, parseKernelState } from './kernel-state.js';
import type { SetupContext } from './setup-context.js';

export interface AuditStatus {
  /** Why there is none. */
  readonly config: AuditConfig | Error;
  readonly plugin: PluginStatus | undefined;
  readonly isPluginAlive: boolean;
  /** Watched folders whose log this user may read. */
  readonly ownRoots: readonly Buffer[];
  /** Only root sees it. */
  readonly kernel: KernelState | undefined;
}

export function readAuditStatus({ paths, tools, run }: Omit<SetupParts, 'program'>): AuditStatus {
  const plugin = readPluginStatus(paths.statusFile);
  return {
    config: tryLoad(paths.configFile),
    plugin,
    isPluginAlive: plugin !== undefined && isFresh(plugin, Date.now()),
    ownRoots: findLogs(paths.logDirectory).map(({ root }) => root),
    kernel: tools.auditctl ? parseKernelState(run([tools.auditctl, '-s'])) : undefined,
  };
}

function tryLoad(file: string): AuditConfig | Error {
  try {
    return loadAuditConfig(file);
  } catch (error) {
    return error as Error;
  }
}

export function auditStatus(context: SetupContext, parts: Omit<SetupParts, 'program'> = systemParts()): void {
  context.stdout.write(auditStatusText(readAuditStatus(parts), Date.now()));
}

export function auditStatusText(
  { config, plugin, isPluginAlive, ownRoots, kernel }: AuditStatus,
  nowMs: number,
): string {
  const watched = config instanceof Error ? [`not installed: ${config.message}`] : config.roots.map(showRoot);
  return [
    ...watched,
    plugin ? showPlugin(plugin, isPluginAlive, nowMs) : 'the plugin has never run since the last boot',
    ...(plugin && plugin.logsFailing > 0 ? [`${plugin.logsFailing} change log(s) cannot be written`] : []),
    ...(plugin?.lastFailure ? [`last failure of the plugin: ${plugin.lastFailure}`] : []),
    ownRoots.length > 0 ? `your change logs: ${ownRoots.map(displayPath).join(', ')}` : 'you have no change log',
    kernel ? showKernel(kernel) : 'what the kernel has lost only root can see',
    '',
  ].join('\n');
}

function showRoot({ path, owner, key }: AuditConfig['roots'][number]): string {
  return `watched for user ${owner.uid}: ${displayPath(path)} (key ${key})`;
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

function showKernel({ enabled, pid, lost, backlog, backlogLimit }: KernelState): string {
  const state = ['switched off', 'on', 'on and locked'][enabled] ?? 'unknown';
  const auditd = pid === 0 ? 'auditd does not run' : `auditd is process ${pid}`;
  return `the kernel: auditing is ${state}, ${auditd}, ${lost} records lost, ${backlog} of ${backlogLimit} waiting`;
}
