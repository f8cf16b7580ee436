/** Of the disk that holds the index. Pure. */
import { grouped } from '../../../../shared/counted.js';
import { shellWord } from '../../../backup/shell-word.js';
import type { Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import type { Ways } from '../ways.js';

/** For the write-ahead log and what a busy hour brings. */
const LEAST_BYTES = 64 << 20;
const LEAST_FILES = 100;

export function checkDisk({ disk, index }: Facts, ways: Ways): readonly Finding[] {
  if (!disk) return [];
  const { folder, freeBytes, freeFiles, isReadOnly } = disk;
  if (isReadOnly) {
    const repair = ways.lineAsRoot(`mount -o remount,rw "$(df --output=target ${shellWord(folder)} | tail -n 1)"`);
    const advice = 'a disk that has become read-only by itself may have failed: see `dmesg` first';
    return [{ finding: 'disk read-only', text: `the disk of ${folder} is read-only`, repair, advice }];
  }
  const indexBytes = index?.kind === 'open' ? index.bytes : 0;
  const needed = Math.max(LEAST_BYTES, indexBytes);
  const advice = 'free some space there, or move the index to another disk: its folder may be a symlink of yours';
  if (freeBytes < needed)
    return [
      {
        finding: 'disk low',
        text: `the disk of ${folder} has ${mb(freeBytes)} free, ${mb(needed)} are needed`,
        advice,
      },
    ];
  if (freeFiles === undefined || freeFiles >= LEAST_FILES) return [];
  return [{ finding: 'disk low', text: `the disk of ${folder} has room for ${grouped(freeFiles)} more files`, advice }];
}

function mb(bytes: number): string {
  return `${grouped(Math.ceil(bytes / 1e6))} MB`;
}
