/**
 * The name of a process of find-text, as the kernel's records tell it: node would be the name of any other program, too.
 * What it reads is not told to whoever asks who reads. Any process of the same user can take the name: it could read the
 * index as well.
 */
import { writeFileSync } from 'node:fs';

export const OWN_NAMES = ['find-text', 'find-textd'] as const;

/** Before anything is read: threads that are made later have the name as well. */
export function takeName(name: (typeof OWN_NAMES)[number]): void {
  try {
    writeFileSync('/proc/self/comm', name);
  } catch {
    // Without /proc it stays node.
  }
}
