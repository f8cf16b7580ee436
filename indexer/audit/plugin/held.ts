/**
 * All that the plugin needs root for: its configuration, the open change logs, the open status file and the watched
 * folders. Descriptors, numbers and texts, for another process may have to go on with them.
 */
import { closeSync, statSync } from 'node:fs';
import { systemCode } from '../../../shared/errors.js';
import { type AuditConfig, encodeAuditConfig, type WatchedRoot } from './audit-config.js';
import { loadAuditConfig } from './load-audit-config.js';
import { type HeldLog, holdLog } from './open-logs.js';
import { parseAuditConfig } from './parse-audit-config.js';
import { openStatusFile } from './plugin-status.js';
import { type FoundFolder, findFolder } from './root-binding.js';

export interface Held {
  readonly configFile: string;
  readonly config: AuditConfig;
  /** Of the configuration when it was read. */
  readonly stamp: string | undefined;
  readonly statusFile: number | undefined;
  /** One for each root of the configuration, in its order; undefined where the log cannot be opened. */
  readonly roots: readonly (HeldRoot | undefined)[];
  /** Why those that are not open are not. */
  readonly failures: readonly string[];
  /** Who has handed it over, where somebody has. */
  readonly parent?: number;
}

export interface HeldRoot {
  readonly log: HeldLog;
  readonly folder: FoundFolder;
}

/** @throws FindTextError FT_CONFIG_INVALID */
export async function hold(configFile: string): Promise<Held> {
  const config = loadAuditConfig(configFile);
  const stamp = stampOf(configFile);
  const failures: string[] = [];
  const roots: (HeldRoot | undefined)[] = [];
  for (const root of config.roots) {
    roots.push(await holdRoot(config, root).catch((error: unknown) => void failures.push(String(error))));
  }
  const statusFile = await openStatusFile(config.statusFile).catch(() => undefined);
  return { configFile, config, stamp, statusFile: statusFile?.fd, roots, failures };
}

async function holdRoot(config: AuditConfig, root: WatchedRoot): Promise<HeldRoot> {
  const folder = await findFolder(root);
  try {
    return { log: await holdLog(config, root), folder };
  } catch (error) {
    if (folder.fd !== undefined) closeSync(folder.fd);
    throw error;
  }
}

/** '' for a file that is gone; undefined when it may not be looked at, which is not so in /etc. */
export function stampOf(file: string): string | undefined {
  try {
    const stat = statSync(file);
    return `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeMs}`;
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? '' : undefined;
  }
}

export function descriptorsOf({ statusFile, roots }: Held): number[] {
  const ofRoots = roots.flatMap((root) => (root ? [...root.log.slots, root.folder.fd] : []));
  return [statusFile, ...ofRoots].filter((fd) => fd !== undefined);
}

/** @param numberOf  the descriptor that the other process has for one of this one. */
export function encodeHeld(held: Held, numberOf: (fd: number) => number): string {
  const there = (fd: number | undefined) => (fd === undefined ? undefined : numberOf(fd));
  const roots = held.roots.map((root) =>
    root
      ? {
          log: { ...root.log, slots: root.log.slots.map(numberOf) },
          folder: { ...root.folder, fd: there(root.folder.fd) },
        }
      : null,
  );
  return JSON.stringify({
    ...held,
    config: encodeAuditConfig(held.config),
    statusFile: there(held.statusFile),
    roots,
  });
}

/** @param text  of `encodeHeld`, from this program as root. */
export function decodeHeld(text: string): Held {
  const held = JSON.parse(text) as Held & { readonly config: string; readonly roots: readonly (HeldRoot | null)[] };
  return {
    ...held,
    config: parseAuditConfig(held.config, held.configFile),
    roots: held.roots.map((root) => root ?? undefined),
  };
}
