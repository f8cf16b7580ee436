/**
 * Which change logs this user has, and where the plugin tells of itself. The plugin's configuration names everybody's
 * folders, so root alone can read it; others find their logs where they always are.
 */
import { accessSync, constants } from 'node:fs';
import { systemCode } from '../../../shared/errors.js';
import { AUDIT_DEFAULTS, logDirectoryOf } from '../plugin/audit-config.js';
import { loadAuditConfig } from '../plugin/load-audit-config.js';
import { type FoundLog, findLogs } from './find-logs.js';

export interface OwnLogs {
  readonly statusFile: string;
  readonly logDirectory: string;
  readonly logs: readonly FoundLog[];
}

/** @throws FindTextError FT_CONFIG_INVALID when auditing is not installed. */
export function findOwnLogs(configFile: string, uid: number = process.geteuid?.() ?? 0): OwnLogs {
  if (isHidden(configFile)) return { ...AUDIT_DEFAULTS, logs: findLogs(AUDIT_DEFAULTS.logDirectory, uid) };
  const config = loadAuditConfig(configFile);
  const { statusFile, logDirectory } = config;
  const own = config.roots.filter(({ owner }) => owner.uid === uid);
  return {
    statusFile,
    logDirectory,
    logs: own.map((root) => ({ directory: logDirectoryOf(config, root), root: root.path })),
  };
}

/** There, and not for us. */
export function isHidden(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return false;
  } catch (error) {
    return systemCode(error) === 'EACCES';
  }
}
