/** Opens what belongs to another user as that user: root does not open an index that its owner could steer. */
import { statSync } from 'node:fs';

export function asOwnerOf<T>(file: string, open: () => T): T {
  const { uid } = statSync(file);
  if (process.geteuid?.() !== 0 || uid === 0) return open();
  process.seteuid?.(uid);
  try {
    return open();
  } finally {
    process.seteuid?.(0);
  }
}
