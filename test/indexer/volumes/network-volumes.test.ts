import { describe, expect, it } from 'vitest';
import { NetworkVolumes } from '../../../indexer/volumes/network-volumes.js';

const MINUTE = 60_000;
const MOUNTS = new Map([
  ['/', 'ext4'],
  ['/home/me/nas', 'nfs4'],
  ['/home/me/disk', 'ext4'],
  ['/srv', 'cifs'],
  ['/mnt/other', 'fuse.sshfs'],
]);

function dueTimes(folders: number, minutes: number) {
  let counts = 0;
  const volumes = new NetworkVolumes(
    {
      roots: ['/home', '/srv/share'].map((root) => Buffer.from(root)),
      everyMs: 10 * MINUTE,
      readMounts: () => MOUNTS,
      index: {
        countFolders: () => {
          counts++;
          return folders / 2;
        },
      },
    },
    0,
  );
  const due: [number, string[]][] = [];
  for (let minute = 0; minute <= minutes; minute++) {
    const found = volumes.due(minute * MINUTE);
    if (found.length > 0) due.push([minute, found.map(String)]);
  }
  return { due, counts };
}

describe('NetworkVolumes', () => {
  it('tells of what of the roots lies on a network volume, every ten minutes', () => {
    const folders = ['/home/me/nas', '/srv/share'];
    expect(dueTimes(100, 25).due).toEqual([
      [10, folders],
      [20, folders],
    ]);
  });

  it('waits longer where comparing takes more than a hundredth of a processor', () => {
    const { due, counts } = dueTimes(100_000, 145);
    expect(due.map(([minute]) => minute)).toEqual([70, 140]);
    expect(counts / 2).toBe(2);
  });
});
