/**
 * Has the plugin stopped? It writes its status every second, and the daemon looks at it as often. Being silent at one
 * look is not enough: after a sleep of the machine the daemon may look before the plugin has written.
 */
import { isFresh, readPluginStatus } from '../../audit/plugin/plugin-status.js';

const SURE_MS = 900;

export class PluginSilence {
  #sinceMs: number | undefined;

  constructor(private readonly statusFile: string) {}

  /** @param nowMs  of a clock that is never set. */
  isSilent(nowMs: number): boolean {
    const status = readPluginStatus(this.statusFile);
    if (status && isFresh(status, Date.now())) this.#sinceMs = undefined;
    else this.#sinceMs ??= nowMs;
    return this.#sinceMs !== undefined && nowMs - this.#sinceMs >= SURE_MS;
  }
}
