/** Addresses of sockets, in the form of auditd's SADDR. */
import { describe, expect, it } from 'vitest';
import { socketAddress } from '../../../../indexer/audit/view/socket-address.js';

const INET6 = (address: string, scope = '00000000') => `0A00005000000000${address}${scope}`;

describe('socketAddress', () => {
  it.each([
    ['01002F746D702F7300', 'local path=/tmp/s'],
    ['010000616273', 'local path=@abs'],
    ['0100', 'local path='],
    ['02000050C0A800010000000000000000', 'inet laddr=192.168.0.1 lport=80'],
    ['02000050', 'inet sockaddr len too short'],
    [INET6('00000000000000000000000000000001'), 'inet6 laddr=::1 lport=80'],
    [INET6('00000000000000000000000000000000'), 'inet6 laddr=:: lport=80'],
    [INET6('00000000000000000000FFFFC0A80001'), 'inet6 laddr=::ffff:192.168.0.1 lport=80'],
    [INET6('FE800000000000000000000000000001', '02000000'), 'inet6 laddr=fe80::1%2 lport=80'],
    [INET6('20010DB8000000010000000000010001'), 'inet6 laddr=2001:db8:0:1::1:1 lport=80'],
    [INET6('20010DB8000000010001000100010000'), 'inet6 laddr=2001:db8:0:1:1:1:1:0 lport=80'],
    [INET6('20010DB8000000000000000000000000'), 'inet6 laddr=2001:db8:: lport=80'],
    ['0A000050', 'inet6 sockaddr6 len too short'],
    ['100000002A00000001000000', 'netlink nlnk-fam=16 nlnk-pid=42'],
    ['110008000200000001000606AABBCCDDEEFF0000', 'packet protocol=0x0800 ifindex=2 hwaddr=aa:bb:cc:dd:ee:ff'],
    ['28000000001600000200000000000000', 'vsock cid=2 port=5632'],
    ['03009C6086829898E4', 'ax25 call=N0CALL-2'],
    ['0900313233343500000000', 'x25 laddr=12345'],
    ['0400045100000001AABBCCDDEEFF0000', 'ipx lport=1105 ipx-net=1'],
    ['0800000003000000FFFF', 'atmpvc int=3'],
    ['1D00000002000000', 'can (unsupported)'],
    ['000200507F0000010000000000000000', 'inet laddr=127.0.0.1 lport=80'],
    ['00012F746D702F7300', 'local path=/tmp/s'],
  ])('%s → %s', (hex, expected) => {
    expect(socketAddress(Buffer.from(hex, 'hex'))).toBe(`{ saddr_fam=${expected} }`);
  });

  it('knows no family by a number of none', () => {
    expect(['', '01', 'FF00', 'FFFF0102'].map((hex) => socketAddress(Buffer.from(hex, 'hex')))).toEqual(
      Array(4).fill(undefined),
    );
    expect(socketAddress(Buffer.alloc(16))).toBe('{ saddr_fam=unspec }');
  });

  it('is told of any bytes without throwing', () => {
    for (let family = 0; family < 256; family++) {
      for (let length = 0; length < 32; length++) {
        const bytes = Buffer.alloc(length, 0xff);
        if (length > 1) bytes.writeUInt16LE(family);
        expect(socketAddress(bytes) ?? '').not.toContain('undefined');
      }
    }
  });
});
