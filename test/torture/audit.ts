/** The audit source of a torture run: a real auditd with the real plugin, and what can go wrong with them. Needs root. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Auditd } from '../helpers/auditd.js';
import { pause } from './machine.js';
import type { Random } from './random.js';

/**
 * @param plugin  the built plugin.
 * @param configDirectory  where the daemon looks for its configuration.
 */
export async function startAudit(tree: string, plugin: string, configDirectory: string): Promise<Auditd> {
  const auditd = await Auditd.start([tree], { plugin });
  const folder = join(configDirectory, 'find-text');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.toml'), `[audit]\nconfig = "${auditd.configFile}"\n`);
  return auditd;
}

export async function killPlugin(auditd: Auditd): Promise<void> {
  auditd.signalPlugin('SIGKILL');
}

export async function freezePlugin(auditd: Auditd, random: Random): Promise<void> {
  auditd.signalPlugin('SIGSTOP');
  await pause(random.between(200, 3000));
  auditd.signalPlugin('SIGCONT');
}

export async function restartAuditd(auditd: Auditd, random: Random): Promise<void> {
  await auditd.stopDaemon();
  await pause(random.below(1000));
  await auditd.startDaemon();
}
