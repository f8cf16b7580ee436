import { describe, expect, it } from 'vitest';
import { describeAttributes } from '../../../indexer/witness/attributes-text.js';
import type { Witness } from '../../../indexer/witness/witness.js';
import { SAMPLE_WITNESS } from '../../helpers/sample-witness.js';

const PLAIN: Witness = { ...SAMPLE_WITNESS, size: 100, mtimeMs: 0, ctimeMs: 0, sha256: null };
const names = {
  user: (uid: number) => (uid === 0 ? 'root' : undefined),
  group: (gid: number) => (gid === 33 ? 'www-data' : undefined),
};

function told(after: Partial<Witness>, before: Partial<Witness> = {}): string[] {
  return describeAttributes({ ...PLAIN, ...before }, { ...PLAIN, ...after }, names);
}

describe('describeAttributes', () => {
  it('says nothing of what is as before', () => {
    expect(told({ mtimeMs: 5, sha256: 'ab' })).toEqual([]);
  });

  it('says what a mode means', () => {
    expect(told({ mode: 0o4755 })).toEqual(['mode 644 → 4755, now setuid, executable']);
    expect(told({ mode: 0o666 })).toEqual(['mode 644 → 666, now writable by everybody']);
    expect(told({ mode: 0o600 })).toEqual(['mode 644 → 600, no longer readable by everybody']);
    expect(told({ mode: 0o7 }, { mode: 0o2750 })).toEqual([
      'mode 2750 → 007, now writable by everybody, readable by everybody, no longer setgid',
    ]);
  });

  it('names what has come, changed and gone of ACLs, capabilities and other attributes', () => {
    expect(told({ xattrs: 'security.capability=a' })).toEqual(['capabilities added']);
    const before = { xattrs: 'security.selinux=a,system.posix_acl_access=a,user.a%1B=a' };
    expect(told({ xattrs: 'system.posix_acl_access=b,user.a%1B=a' }, before)).toEqual([
      'SELinux label removed',
      'access control list changed',
    ]);
    expect(told({}, { xattrs: 'user.a%1B=a' }).join()).toMatch(/^attribute user\.a[ -~\ufffd]* removed$/);
    expect(told({ xattrs: 'user.a=a' }, { xattrs: null })).toEqual([]);
  });

  it('names owner and group, with the number where nobody is called so', () => {
    expect(told({ uid: 1000, gid: 33 })).toEqual(['owner root → 1000', 'group 0 → www-data']);
  });

  it('says type and size, the size of folders not', () => {
    expect(told({ type: 'symlink', size: 7 })).toEqual(['type file → symlink', 'size 100 → 7 bytes (−93)']);
    expect(told({ type: 'folder', size: 7 }, { type: 'folder' })).toEqual([]);
  });

  it('says of a new file what deserves attention, of a removed one nothing', () => {
    expect(describeAttributes(null, PLAIN)).toEqual([]);
    expect(describeAttributes(null, { ...PLAIN, mode: 0o4755 })).toEqual(['mode 4755, setuid']);
    expect(describeAttributes(null, { ...PLAIN, xattrs: 'security.capability=a' })).toEqual(['has capabilities']);
    expect(describeAttributes(null, { ...PLAIN, type: 'symlink', mode: 0o777 })).toEqual([]);
    expect(describeAttributes(PLAIN, null)).toEqual([]);
  });
});
