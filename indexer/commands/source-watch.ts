/**
 * With `source = auto` a daemon that runs takes the audit source when it is installed, and goes back to inotify when it
 * is uninstalled. It looks now and then, for root must not have to know whose daemons run where.
 */
import { existsSync } from 'node:fs';
import type { Config } from '../../shared/config/options.js';
import type { ChangeSource } from '../sources/change-source.js';
import { inStep } from '../system/in-step.js';
import { isAuditReady, type SourceName } from './choose-source.js';

export interface SourceInUse {
  readonly wanted: SourceName;
  readonly kind: ChangeSource['kind'];
  readonly roots: readonly Buffer[];
}

const LOOK_EVERY_MS = 5_000;

/**
 * @param onOther  called once, when another source than the one in use is to be taken.
 * @returns what ends the watch.
 */
export function watchSource(
  use: SourceInUse,
  config: Config,
  onOther: (kind: 'audit' | 'inotify') => void,
): () => void {
  if (use.wanted !== 'auto') return () => {};
  const stop = inStep(LOOK_EVERY_MS, () => {
    const other = otherSource(use, config);
    if (!other) return;
    stop();
    onOther(other);
  });
  return stop;
}

/** A plugin that is down for a while is no reason: audit says what is missing when it is back. */
function otherSource({ kind, roots }: SourceInUse, config: Config): 'audit' | 'inotify' | undefined {
  if (kind === 'inotify') return isAuditReady(config, roots) ? 'audit' : undefined;
  return kind === 'audit' && !existsSync(config['audit.config']) ? 'inotify' : undefined;
}
