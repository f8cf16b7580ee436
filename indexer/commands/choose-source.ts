/** Which change source a daemon takes: `auto` prefers the audit change log when there is a fresh one for every root. */
import type { Config } from '../../shared/config/options.js';
import { FindTextError } from '../../shared/errors.js';
import { displayPath, isWithin } from '../../shared/paths.js';
import { ChangeLogReader, type LogCursor } from '../audit/log/log-reader.js';
import { type AuditConfig, logDirectoryOf, type WatchedRoot } from '../audit/plugin/audit-config.js';
import { loadAuditConfig } from '../audit/plugin/load-audit-config.js';
import { isFresh, readPluginStatus } from '../audit/plugin/plugin-status.js';
import { AuditChangeSource } from '../audit/source/audit-change-source.js';
import type { LogPlace } from '../audit/source/audit-source.js';
import { type ChangeSource, NO_SOURCE } from '../change-source.js';
import type { SourceParts } from '../session.js';
import { InotifySource } from '../watch/inotify-source.js';

export type SourceName = 'auto' | 'audit' | 'inotify' | 'none';
export type MakeSource = (parts: SourceParts) => ChangeSource;

interface Logs {
  readonly config: AuditConfig;
  readonly watched: readonly WatchedRoot[];
}

/**
 * Who asks for audit gets it also while the plugin does not run, as when auditd is restarted: it is a gap until it does.
 * @throws FindTextError FT_CONFIG_INVALID when audit is asked for and not set up.
 */
export function chooseSource(wanted: SourceName, config: Config, roots: readonly Buffer[]): MakeSource {
  if (wanted === 'none') return () => NO_SOURCE;
  if (wanted === 'inotify') return inotify(roots);
  if (wanted === 'audit') return audit(findLogs(config['audit.config'], roots), config, roots);
  const logs = tryFindLogs(config['audit.config'], roots);
  return logs && isPluginAlive(logs.config) ? audit(logs, config, roots) : inotify(roots);
}

function inotify(roots: readonly Buffer[]): MakeSource {
  return ({ isExcluded }) => new InotifySource(roots, { isIgnored: isExcluded });
}

function audit({ config, watched }: Logs, settings: Config, roots: readonly Buffer[]): MakeSource {
  const placeKey = (root: Uint8Array) => `audit:${Buffer.from(root).toString('base64')}`;
  return ({ reader }) =>
    new AuditChangeSource({
      roots,
      logs: watched.map((root) => {
        const place = reader.meta.get(placeKey(root.path)) as LogPlace<LogCursor> | undefined;
        return new ChangeLogReader(logDirectoryOf(config, root), root.path, place?.cursor);
      }),
      statusFile: config.statusFile,
      reader,
      placeKey,
      compareEveryMs: settings['audit.compareMinutes'] * 60_000,
    });
}

function findLogs(file: string, roots: readonly Buffer[]): Logs {
  const config = loadAuditConfig(file);
  const own = config.roots.filter(({ owner }) => owner.uid === process.getuid?.());
  const watched = new Set(roots.map((root) => watchedRootOf(root, own)));
  return { config, watched: [...watched] };
}

function tryFindLogs(file: string, roots: readonly Buffer[]): Logs | undefined {
  try {
    return findLogs(file, roots);
  } catch {
    return undefined;
  }
}

function isPluginAlive({ statusFile }: AuditConfig): boolean {
  const status = readPluginStatus(statusFile);
  return status !== undefined && isFresh(status, Date.now());
}

function watchedRootOf(root: Buffer, own: readonly WatchedRoot[]): WatchedRoot {
  const watched = own.find(({ path }) => isWithin(root, path));
  if (watched) return watched;
  throw new FindTextError(
    'FT_CONFIG_INVALID',
    `learn of changes in ${displayPath(root)} from audit: it is not watched`,
    {
      hint: 'add it with `sudo find-textd audit install`, or use `--source inotify`',
    },
  );
}
