/**
 * `find-textd audit uninstall`: unloads the rules, ends the plugin, leaves nothing behind, and puts auditd and auditing
 * back as they were before the installation.
 */
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KEY_PREFIX } from '../plugin/audit-config.js';
import { writePlanned } from './apply-plan.js';
import { type AuditPaths, PROGRAM_NAME } from './audit-paths.js';
import { withOldQueue } from './auditd-conf.js';
import { AuditdService } from './auditd-service.js';
import { type Before, hashOf, readBefore } from './before.js';
import { readOtherRules, readText } from './facts.js';
import { lostText, notRoot, type SetupParts, systemParts } from './install.js';
import { type KernelState, parseKernelState } from './kernel-state.js';
import type { PlannedFile } from './plan.js';
import { BACKLOG } from './plan-files.js';
import type { CommandResult } from './run-command.js';
import type { SetupContext } from './setup-context.js';

export interface UninstallOptions {
  readonly dryRun?: boolean;
}

type Parts = Omit<SetupParts, 'program'>;

/** @throws FindTextError without root. */
export async function auditUninstall(
  context: SetupContext,
  options: UninstallOptions = {},
  parts: Parts = systemParts(),
): Promise<void> {
  const { paths, tools, run } = parts;
  const before = readBefore(paths.beforeFile);
  const doomed = [...filesOf(paths), ...treesOf(paths)].filter((path) => existsSync(path));
  const restored = restoredConf(paths);
  const unload = tools.auditctl && [tools.auditctl, '-D', '-k', KEY_PREFIX];
  const hadDropIn = existsSync(paths.serviceDropIn);
  const service = new AuditdService(tools, run);
  const mustStop = before?.auditdRan === false && service.pid > 0;
  const lines = [
    ...(unload ? [`run ${unload.join(' ')}`] : []),
    ...doomed.map((path) => `remove ${path}`),
    ...(restored ? [`restore q_depth in ${restored.path}`] : []),
    mustStop ? 'stop auditd, which did not run before' : hadDropIn ? 'restart auditd' : 'send SIGHUP to auditd',
    ...kernelCommands(before, parts).map((argv) => `run ${argv.join(' ')}  # as it was before`),
  ];
  context.stdout.write(`${lines.join('\n')}\n`);
  if (options.dryRun) return;
  if (process.geteuid?.() !== 0) throw notRoot('remove the audit plugin');
  if (unload) context.stdout.write(failureOf(run(unload)));
  for (const path of doomed) rmSync(path, { recursive: true, force: true });
  for (const folder of foldersLeft(paths)) removeIfEmpty(folder);
  if (restored) writePlanned(restored);
  restoreMergedRules(before, parts);
  if (hadDropIn && tools.systemctl) run([tools.systemctl, 'daemon-reload']);
  if (mustStop) await service.stop();
  else if (hadDropIn && service.canRestart && service.pid > 0) context.stdout.write(lostText(await service.restart()));
  else service.reload();
  for (const argv of kernelCommands(before, parts)) context.stdout.write(failureOf(run(argv)));
  context.stdout.write('done\n');
}

/** What was changed is put back, unless somebody has changed it since or locked it. */
function kernelCommands(before: Before | undefined, { tools: { auditctl }, run }: Parts): string[][] {
  const now: KernelState | undefined = auditctl === undefined ? undefined : parseKernelState(run([auditctl, '-s']));
  if (!auditctl || !now || !before || now.enabled === 2) return [];
  const hasOurLimit =
    now.backlogLimit !== before.backlogLimit && now.backlogLimit === Math.max(BACKLOG, before.backlogLimit);
  return [
    ...(hasOurLimit ? [[auditctl, '-b', String(before.backlogLimit)]] : []),
    ...(before.enabled === 0 && now.enabled === 1 ? [[auditctl, '-e', '0']] : []),
  ];
}

/** While the rules files of others are as they were, what augenrules made of them comes back to the byte. */
function restoreMergedRules(before: Before | undefined, { paths, tools, run }: Parts): void {
  const { mergedRules } = paths;
  if (!readText(mergedRules)?.includes(KEY_PREFIX)) return;
  if (before && before.otherRulesHash === hashOf(readOtherRules(paths))) {
    if (before.mergedRules === null) rmSync(mergedRules, { force: true });
    else writePlanned({ path: mergedRules, mode: undefined, content: Buffer.from(before.mergedRules), why: '' });
  } else if (tools.augenrules) run([tools.augenrules]);
}

/** Nothing to remove is no failure. */
function failureOf({ isOk, output }: CommandResult): string {
  return isOk || output === '' ? '' : `auditctl: ${output}\n`;
}

function filesOf({
  rulesFile,
  pluginConf,
  configFile,
  beforeFile,
  statusFile,
  serviceDropIn,
  programDirectories,
}: AuditPaths): string[] {
  const programs = programDirectories.map((folder) => join(folder, PROGRAM_NAME));
  return [rulesFile, pluginConf, configFile, beforeFile, statusFile, serviceDropIn, ...programs];
}

/** The change logs of everybody. */
function treesOf({ logDirectory }: AuditPaths): string[] {
  return [logDirectory];
}

function foldersLeft({ configFile, statusFile, serviceDropIn, programDirectories }: AuditPaths): string[] {
  return [dirname(configFile), dirname(statusFile), dirname(serviceDropIn), ...programDirectories];
}

function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}

function restoredConf({ auditdConf }: AuditPaths): PlannedFile | undefined {
  const old = withOldQueue(readText(auditdConf) ?? '');
  return old === undefined
    ? undefined
    : { path: auditdConf, mode: undefined, content: Buffer.from(old), why: 'as it was before' };
}
