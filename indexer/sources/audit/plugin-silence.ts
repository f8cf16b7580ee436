/**
 * Has the plugin stopped? It writes its status every second, and the daemon looks at it as often. Being silent at one
 * look is not enough: after a sleep of the machine the daemon may look before the plugin has written.
 */
import { processFields } from '../../../shared/process-identity.js';
import { isFresh, type PluginStatus, readPluginStatus } from '../../audit/plugin/plugin-status.js';

const SURE_MS = 900;
/** On a busy machine it may be silent for a while. */
const OVER_MS = 10_000;

export class PluginSilence {
  #sinceMs: number | undefined;

  constructor(private readonly statusFile: string) {}

  /** What the plugin said last. */
  get status(): PluginStatus | undefined {
    return readPluginStatus(this.statusFile);
  }

  /** @param nowMs  of a clock that is never set. */
  isSilent(nowMs: number): boolean {
    const { status } = this;
    if (status && isFresh(status, Date.now())) this.#sinceMs = undefined;
    else this.#sinceMs ??= nowMs;
    return this.#isSilentFor(SURE_MS, nowMs);
  }

  /** Nothing will come of it soon: it has ended, was stopped, or has been silent for long. */
  isOver(nowMs: number): boolean {
    if (!this.isSilent(nowMs)) return false;
    const { status } = this;
    const state = status?.isRunning ? processFields(status.pid)?.[0] : undefined;
    return state === undefined || /^[Tt]$/.test(state) || this.#isSilentFor(OVER_MS, nowMs);
  }

  #isSilentFor(ms: number, nowMs: number): boolean {
    return this.#sinceMs !== undefined && nowMs - this.#sinceMs >= ms;
  }
}
