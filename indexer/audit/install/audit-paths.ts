/**
 * Where auditd and find-text keep their things. The same on Debian, Ubuntu, Fedora and Arch, but for plugins.d, which
 * older systems (audit 2) have in audisp. Tests give another `base` than `/`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface AuditPaths {
  readonly auditdConf: string;
  readonly rulesDirectory: string;
  readonly rulesFile: string;
  readonly pluginConf: string;
  /** What augenrules makes of the rules files. */
  readonly mergedRules: string;
  readonly configFile: string;
  /** How auditing was before the installation. */
  readonly beforeFile: string;
  /** The first that root alone can write to is used. */
  readonly programDirectories: readonly string[];
  readonly logDirectory: string;
  readonly statusFile: string;
  readonly serviceDropIn: string;
  readonly passwd: string;
  readonly group: string;
}

/** Without a suffix: a script, as the build makes it; and all of it is the name of the process. */
export const PROGRAM_NAME = 'find-text-audit';

export function auditPaths(base = '/'): AuditPaths {
  const at = (path: string) => join(base, path);
  const isAudit2 = !existsSync(at('/etc/audit/plugins.d')) && existsSync(at('/etc/audisp/plugins.d'));
  return {
    auditdConf: at('/etc/audit/auditd.conf'),
    rulesDirectory: at('/etc/audit/rules.d'),
    /** After the rules of others, so that theirs keep their keys; before those that lock (99). */
    rulesFile: at('/etc/audit/rules.d/70-find-text.rules'),
    pluginConf: at(isAudit2 ? '/etc/audisp/plugins.d/find-text.conf' : '/etc/audit/plugins.d/find-text.conf'),
    mergedRules: at('/etc/audit/audit.rules'),
    configFile: at('/etc/find-text/audit.json'),
    beforeFile: at('/etc/find-text/before.json'),
    programDirectories: ['/usr/local/lib/find-text', '/opt/find-text', '/usr/lib/find-text'].map(at),
    logDirectory: at('/var/log/find-text'),
    statusFile: at('/run/find-text/audit.json'),
    serviceDropIn: at('/etc/systemd/system/auditd.service.d/find-text.conf'),
    passwd: at('/etc/passwd'),
    group: at('/etc/group'),
  };
}
