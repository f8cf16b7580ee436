/** `find-textd audit uninstall`: unloads the rules, ends the plugin, and leaves nothing behind. */
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KEY_PREFIX } from '../plugin/audit-config.js';
import { writePlanned } from './apply-plan.js';
import { type AuditPaths, PROGRAM_NAME } from './audit-paths.js';
import { withOldQueue } from './auditd-conf.js';
import { AuditdService } from './auditd-service.js';
import { readText } from './facts.js';
import { notRoot, type SetupParts, systemParts } from './install.js';
import type { PlannedFile } from './plan.js';
import type { CommandResult } from './run-command.js';
import type { SetupContext } from './setup-context.js';

export interface UninstallOptions {
  readonly dryRun?: boolean;
}

/** @throws FindTextError without root. */
export async function auditUninstall(
  context: SetupContext,
  options: UninstallOptions = {},
  { paths, tools, run }: Omit<SetupParts, 'program'> = systemParts(),
): Promise<void> {
  const doomed = [...filesOf(paths), ...treesOf(paths)].filter((path) => existsSync(path));
  const restored = restoredConf(paths);
  const unload = tools.auditctl && [tools.auditctl, '-D', '-k', KEY_PREFIX];
  const hadDropIn = existsSync(paths.serviceDropIn);
  const lines = [
    ...(unload ? [`run ${unload.join(' ')}`] : []),
    ...doomed.map((path) => `remove ${path}`),
    ...(restored ? [`restore q_depth in ${restored.path}`] : []),
    hadDropIn ? 'restart auditd' : 'send SIGHUP to auditd',
  ];
  context.stdout.write(`${lines.join('\n')}\n`);
  if (options.dryRun) return;
  if (process.geteuid?.() !== 0) throw notRoot('remove the audit plugin');
  if (unload) context.stdout.write(failureOf(run(unload)));
  for (const path of doomed) rmSync(path, { recursive: true, force: true });
  for (const folder of foldersLeft(paths)) removeIfEmpty(folder);
  if (restored) writePlanned(restored);
  if (tools.augenrules && readText(mergedRules(paths))?.includes(KEY_PREFIX)) run([tools.augenrules]);
  const service = new AuditdService(tools, run);
  if (hadDropIn && tools.systemctl) run([tools.systemctl, 'daemon-reload']);
  if (hadDropIn && service.canRestart && service.pid > 0) await service.restart();
  else service.reload();
  context.stdout.write('done\n');
}

/** Nothing to remove is no failure. */
function failureOf({ isOk, output }: CommandResult): string {
  return isOk || output === '' ? '' : `auditctl: ${output}\n`;
}

function filesOf({
  rulesFile,
  pluginConf,
  configFile,
  statusFile,
  serviceDropIn,
  programDirectories,
}: AuditPaths): string[] {
  const programs = programDirectories.map((folder) => join(folder, PROGRAM_NAME));
  return [rulesFile, pluginConf, configFile, statusFile, serviceDropIn, ...programs];
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

/** What augenrules has made of all rules files. */
function mergedRules({ rulesDirectory }: AuditPaths): string {
  return join(rulesDirectory, '../audit.rules');
}
