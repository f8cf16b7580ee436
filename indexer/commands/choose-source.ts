/** Which change source a daemon takes: `auto` prefers the audit change log when there is a fresh one for every root. */
import type { Config } from '../../shared/config/options.js';
import { FindTextError } from '../../shared/errors.js';
import { displayPath } from '../../shared/path-text.js';
import { isWithin } from '../../shared/path-within.js';
import type { FoundLog } from '../audit/log/find-logs.js';
import { ChangeLogReader, type LogCursor } from '../audit/log/log-reader.js';
import { findOwnLogs, type OwnLogs } from '../audit/log/own-logs.js';
import { isFresh, readPluginStatus } from '../audit/plugin/plugin-status.js';
import type { SourceParts } from '../session-parts.js';
import { AuditChangeSource } from '../sources/audit/audit-change-source.js';
import { type LogPlace, placeKey } from '../sources/audit/audit-source.js';
import { type ChangeSource, NO_SOURCE } from '../sources/change-source.js';
import { InotifySource } from '../sources/inotify/inotify-source.js';

export type SourceName = 'auto' | 'audit' | 'inotify' | 'none';
export type MakeSource = (parts: SourceParts) => ChangeSource;

/** Rules of integrity monitoring want to know more of who did it. */
export interface SourceConfig extends Config {
  readonly wantsAncestry?: boolean;
}

interface Logs extends Pick<OwnLogs, 'statusFile'> {
  readonly watched: readonly FoundLog[];
}

/**
 * With `--source audit` the daemon begins also while the plugin does not run, as when auditd is restarted: that is a
 * gap until it does.
 * @throws FindTextError FT_CONFIG_INVALID when audit is asked for and not set up.
 */
export function chooseSource(wanted: SourceName, config: SourceConfig, roots: readonly Buffer[]): MakeSource {
  if (wanted === 'none') return () => NO_SOURCE;
  if (wanted === 'inotify') return inotify(roots);
  if (wanted === 'audit') return audit(findLogs(config['audit.config'], roots), config, roots);
  const logs = tryFindLogs(config['audit.config'], roots);
  return logs && isPluginAlive(logs) ? audit(logs, config, roots) : inotify(roots);
}

/** Every root has a change log, and the plugin that writes them lives. */
export function isAuditReady(config: Config, roots: readonly Buffer[]): boolean {
  const logs = tryFindLogs(config['audit.config'], roots);
  return logs !== undefined && isPluginAlive(logs);
}

function inotify(roots: readonly Buffer[]): MakeSource {
  return ({ isExcluded, reader, reads }) => new InotifySource(roots, { isIgnored: isExcluded, reader, reads });
}

function audit({ statusFile, watched }: Logs, settings: SourceConfig, roots: readonly Buffer[]): MakeSource {
  return ({ reader, reads }) =>
    new AuditChangeSource({
      roots,
      logs: watched.map(({ root, directory }) => {
        const place = reader.meta.get(placeKey(root)) as LogPlace<LogCursor> | undefined;
        return new ChangeLogReader(directory, root, place?.cursor);
      }),
      statusFile,
      reader,
      compareEveryMs: settings['audit.compareMinutes'] * 60_000,
      reads,
      wantsAncestry: settings.wantsAncestry === true,
    });
}

function findLogs(file: string, roots: readonly Buffer[]): Logs {
  const { statusFile, logs } = findOwnLogs(file);
  const watched = new Set(roots.map((root) => logOf(root, logs)));
  return { statusFile, watched: [...watched] };
}

function tryFindLogs(file: string, roots: readonly Buffer[]): Logs | undefined {
  try {
    return findLogs(file, roots);
  } catch {
    return undefined;
  }
}

function isPluginAlive({ statusFile }: Logs): boolean {
  const status = readPluginStatus(statusFile);
  return status !== undefined && isFresh(status, Date.now());
}

function logOf(root: Buffer, own: readonly FoundLog[]): FoundLog {
  const watched = own.find((log) => isWithin(root, log.root));
  if (watched) return watched;
  throw new FindTextError(
    'FT_CONFIG_INVALID',
    `learn of changes in ${displayPath(root)} from audit: it is not watched`,
    {
      hint: 'add it with `sudo find-textd audit install`, or use `--source inotify`',
    },
  );
}
