import { describe, expect, it } from 'vitest';
import { isPseudo } from '../../../indexer/disk/pseudo-file-systems.js';

describe('isPseudo', () => {
  it.each(['proc', 'sysfs', 'devtmpfs', 'cgroup2', 'debugfs', 'tracefs', 'securityfs', 'fuse.gvfsd-fuse'])(
    '%s is',
    (type) => {
      expect(isPseudo(type)).toBe(true);
    },
  );

  it.each(['ext4', 'tmpfs', 'nfs4', 'cifs', 'fuse.sshfs', 'overlay', 'squashfs', 'vfat'])('%s is not', (type) => {
    expect(isPseudo(type)).toBe(false);
  });
});
