/** Rules for reads have a key of their own: what matches them has changed nothing. */
export const READ_KEY_PREFIX = 'find-text-read-';

export function isOfReads(keys: readonly string[]): boolean {
  return keys.some((key) => key.startsWith(READ_KEY_PREFIX));
}
