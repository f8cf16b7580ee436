/** Changes and logs for the tests of the change log. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { encodeChange } from '../../../../indexer/audit/changes/change-line.js';
import type { FileChange } from '../../../../indexer/audit/changes/file-change.js';
import { openSlots } from '../../../../indexer/audit/log/open-slots.js';
import { SlotRing } from '../../../../indexer/audit/log/slot-ring.js';
import { tempFolder } from '../../../helpers/temp.js';

export const ROOT = Buffer.from('/home/alice');
export const SELF = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

export function change(serial: number, path: string | Buffer = `/home/alice/${serial}.txt`): FileChange {
  return {
    node: '',
    serial,
    timestampMs: 1_700_000_000_000 + serial,
    kind: 'write',
    attribute: null,
    certainty: 'exact',
    from: { path: Buffer.from(path), parent: null, name: null },
    to: null,
    eitherParent: [],
    file: null,
    who: { auid: 1000, uid: 1000, pid: 42, ppid: 1, comm: 'vi', exe: '/usr/bin/vi', gid: 100, euid: 0, session: 3 },
    keys: ['find-text-aa'],
  };
}

export const line = (serial: number) => encodeChange(change(serial));
export const lines = (from: number, to: number) =>
  Buffer.from(Array.from({ length: to - from + 1 }, (_none, at) => line(from + at)).join(''));

export interface TestLog {
  readonly directory: string;
  /** Opens the log as the plugin does at its start. */
  open(maxBytes?: number, slots?: number): Promise<SlotRing>;
  slot(index: number): string;
}

export function testLog(root = ROOT): TestLog {
  const directory = join(tempFolder(), 'log');
  mkdirSync(directory);
  return {
    directory,
    slot: (index) => join(directory, `changes.${index}.log`),
    open: async (maxBytes = 1 << 20, slots = 3) => {
      const ring = new SlotRing(await openSlots(directory, slots, SELF), root, maxBytes, Date.now);
      onTestFinished(() => ring.close());
      await ring.resume();
      return ring;
    },
  };
}
