/** The user nobody, as whom root runs programs where permissions are to mean something. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const NOBODY = { uid: 65534, gid: 65534 };

/** Why programs of this checkout cannot be run as nobody, for the name of a skipped test; undefined: they can. */
export function whyNotNobody(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  const file = fileURLToPath(import.meta.url);
  const canRead = spawnSync('test', ['-r', file], { cwd: '/', ...NOBODY }).status === 0;
  return canRead ? undefined : 'needs a checkout that other users may read';
}
