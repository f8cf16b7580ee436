import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hangingPoints, mountOf, parseMountedParts, parseMountInfo, readMounts } from '../../shared/mounts.js';

const MOUNTINFO = Buffer.from(
  [
    '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard',
    '22 27 0:21 / /proc rw,relatime shared:12 - proc proc rw',
    '24 27 0:6 / /dev rw,relatime shared:2 master:1 - devtmpfs devtmpfs rw,size=12334524k',
    '25 24 0:23 / /dev/shm rw,relatime - tmpfs tmpfs rw',
    '36 35 98:0 /mnt1 /mnt/a\\040b\\134c\\011\\012 rw,noatime - fuse.sshfs host:/ rw',
    '37 27 0:40 / /net rw - autofs systemd-1 rw',
    '38 27 0:41 / /net rw - nfs4 server:/ rw',
    '',
  ].join('\n'),
);

describe('parseMountInfo', () => {
  it('gives the type that is visible at each mount point', () => {
    expect([...parseMountInfo(MOUNTINFO)]).toEqual([
      ['/', 'ext4'],
      ['/proc', 'proc'],
      ['/dev', 'devtmpfs'],
      ['/dev/shm', 'tmpfs'],
      ['/mnt/a b\\c\t\n', 'fuse.sshfs'],
      ['/net', 'nfs4'],
    ]);
  });

  it('tells apart what is mounted, also where the type is the same', () => {
    const parts = parseMountedParts(MOUNTINFO);
    expect(parts.get('/mnt/a b\\c\t\n')).toBe('36 98:0 /mnt1');
    expect(parts.get('/net')).toBe('38 0:41 /');
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        parseMountInfo(bytes);
      }),
    );
  });

  it('reads the mounts of this machine', ({ skip }) => {
    const mounts = readMounts();
    if (mounts.size === 0) skip('no /proc here');
    expect(mounts.get('/proc')).toBe('proc');
  });
});

describe('mountOf', () => {
  it.each([
    ['/proc/self', '/proc', 'proc'],
    ['/dev/shm/x', '/dev/shm', 'tmpfs'],
    ['/devices', '/', 'ext4'],
    ['/', '/', 'ext4'],
  ])('%s is on %s', (path, point, type) => {
    expect(mountOf(Buffer.from(path), parseMountInfo(MOUNTINFO))).toEqual({ point, type });
  });
});

describe('hangingPoints', () => {
  it('are those of network and FUSE volumes', () => {
    expect(hangingPoints(parseMountInfo(MOUNTINFO)).map(String)).toEqual(['/mnt/a b\\c\t\n', '/net']);
  });

  it.each(['fuse', 'nfs', 'cifs', 'smb3', '9p', 'ceph', 'autofs'])('%s may hang', (type) => {
    expect(hangingPoints(new Map([['/v', type]]))).toHaveLength(1);
  });

  it.each(['ext4', 'btrfs', 'fuseblk', 'fusectl', 'tmpfs', 'overlay', 'nfsd'])('%s does not', (type) => {
    expect(hangingPoints(new Map([['/v', type]]))).toEqual([]);
  });

  it('never name the root of all: this program itself would hang with it', () => {
    expect(hangingPoints(new Map([['/', 'nfs']]))).toEqual([]);
  });
});
