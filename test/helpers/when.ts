/** A change that a running daemon sees, or that is there when the next one starts. */
import { expect } from 'vitest';
import type { Daemon, TestEnv } from './test-env.js';

export const WHEN = ['while the daemon runs', 'while it does not'] as const;
export type When = (typeof WHEN)[number];

/** @returns the daemon that runs now. */
export async function change(env: TestEnv, daemon: Daemon, when: When, action: () => void): Promise<Daemon> {
  if (when === 'while it does not') expect(await daemon.end('SIGTERM')).toBe(0);
  action();
  if (when === 'while the daemon runs') return daemon;
  return env.startDaemon();
}
