import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTRIBUTES } from '../../../../indexer/audit/changes/calls.js';
import { encodeChange } from '../../../../indexer/audit/changes/change-line.js';
import {
  CHANGE_KINDS,
  certaintyOf,
  type FileChange,
  type FileId,
  NOWHERE,
  type Place,
} from '../../../../indexer/audit/changes/file-change.js';
import { MAX_CHANGE_LINE_BYTES, tryReadChange } from '../../../../indexer/audit/changes/read-change-line.js';

const WHO = { auid: 1000, uid: 0, pid: 12, ppid: null, comm: 'sh', exe: '/bin/sh', gid: 0, euid: 0, session: null };
const CHANGE: FileChange = {
  node: '',
  serial: 7,
  timestampMs: 1_679_598_373_352,
  kind: 'write',
  attribute: null,
  certainty: 'exact',
  from: { path: Buffer.from('/w/f'), parent: null, name: null },
  to: null,
  eitherParent: [],
  file: { inode: 12, dev: 'fe:00' },
  who: WHO,
  keys: ['k'],
};

/** The line of CHANGE with some fields set, or left out where undefined. */
function lineWith(fields: Readonly<Record<string, unknown>>, change: FileChange = CHANGE): Buffer {
  return Buffer.from(JSON.stringify({ ...JSON.parse(encodeChange(change)), ...fields }));
}

const part = fc
  .uint8Array({ minLength: 1, maxLength: 20 })
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x61 : byte))))
  .filter((bytes) => !['.', '..'].includes(bytes.toString('latin1')));
const pathBytes = fc
  .array(part, { maxLength: 5 })
  .map((parts) => Buffer.from(`/${parts.map((bytes) => bytes.toString('latin1')).join('/')}`, 'latin1'));
const fileId: fc.Arbitrary<FileId> = fc.record({
  inode: fc.maxSafeNat(),
  dev: fc.tuple(fc.nat(4095), fc.nat(255)).map(([major, minor]) => `${major.toString(16)}:${minor.toString(16)}`),
});
const parent = fc.option(fileId);
const known: fc.Arbitrary<Place> = fc.record({ path: pathBytes, parent, name: fc.constant(null) });
const unknown: fc.Arbitrary<Place> = fc.record({ path: fc.constant(null), parent, name: fc.option(part) });
const id = fc.option(fc.nat(0xfffffffe));
const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 20 }));

const change: fc.Arbitrary<FileChange> = fc
  .record({
    node: fc.constantFrom('', 'host.example'),
    serial: fc.maxSafeNat(),
    timestampMs: fc.nat(4_000_000_000).map((value) => value * 999),
    kind: fc.constantFrom(...CHANGE_KINDS),
    attribute: fc.constantFrom(...ATTRIBUTES),
    places: fc.oneof(fc.tuple(known, known), fc.tuple(unknown, fc.oneof(known, unknown))),
    eitherParent: fc.array(fileId, { maxLength: 2 }),
    file: fc.option(fileId),
    who: fc.record({ auid: id, uid: id, pid: id, ppid: id, comm: text, exe: text, gid: id, euid: id, session: id }),
    keys: fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 3 }),
  })
  .map(({ places: [from, second], attribute, ...rest }): FileChange => {
    const to = ['rename', 'link', 'exchange'].includes(rest.kind) ? second : null;
    return {
      ...rest,
      attribute: rest.kind === 'attrib' ? attribute : null,
      from,
      to,
      certainty: certaintyOf(from, to),
    };
  });

describe('a change line', () => {
  it('has the documented fields', () => {
    expect(encodeChange(CHANGE)).toBe(
      '{"serial":7,"timestamp":1679598373.352,"kind":"write","path":"/w/f","inode":12,"dev":"fe:00","certainty":"exact",' +
        '"who":{"auid":1000,"uid":0,"pid":12,"ppid":null,"comm":"sh","exe":"/bin/sh","gid":0,"euid":0,"session":null},"key":"k"}\n',
    );
  });

  it('tells bytes that are not UTF-8 in hex, and all keys when there are several', () => {
    const from: Place = { path: Buffer.from('/w/\xff\n', 'latin1'), parent: { inode: 2, dev: 'fe:00' }, name: null };
    expect(JSON.parse(encodeChange({ ...CHANGE, from, node: 'n', keys: ['a', 'b'] }))).toMatchObject({
      node: 'n',
      path: '/w/\ufffd\n',
      pathHex: '2f772fff0a',
      parentInode: 2,
      parentDev: 'fe:00',
      key: 'a',
      keys: ['a', 'b'],
    });
  });

  it('of a plugin of before has no group, no rights and no session', () => {
    const { gid, euid, session, ...who } = WHO;
    const line = encodeChange({ ...CHANGE, who: who as typeof WHO });
    expect(tryReadChange(Buffer.from(line))).toEqual({
      ...CHANGE,
      who: { ...who, gid: null, euid: null, session: null },
    });
  });

  it('has no path when one of two places is unknown', () => {
    const from: Place = { path: Buffer.from('/w/a'), parent: null, name: null };
    const to: Place = { path: null, parent: { inode: 2, dev: 'fe:00' }, name: Buffer.from('b') };
    const line = JSON.parse(encodeChange({ ...CHANGE, kind: 'rename', from, to }));
    expect(line).toMatchObject({ certainty: 'inode', path: null, toName: 'b', toParentInode: 2 });
    expect(line).not.toHaveProperty('to');
  });

  it('is one line that reads back as what it was, whatever the bytes', () => {
    fc.assert(
      fc.property(change, (written) => {
        const line = Buffer.from(encodeChange(written));
        expect(line.indexOf('\n')).toBe(line.length - 1);
        expect(tryReadChange(line.subarray(0, -1))).toEqual(written);
      }),
    );
  });
});

describe('tryReadChange', () => {
  it('reads what a newer plugin may add', () => {
    expect(tryReadChange(lineWith({ future: { x: 1 } }))).toEqual(CHANGE);
  });

  const two = { ...CHANGE, kind: 'rename', to: { ...CHANGE.from, path: Buffer.from('/w/g') } } as const;
  const unknownPath = { ...CHANGE, certainty: 'inode', from: { ...NOWHERE, name: Buffer.from('f') } } as const;

  it.each([
    ['an unknown kind', lineWith({ kind: 'format' })],
    ['a kind out of Object', lineWith({ kind: 'constructor' })],
    ['a certainty that does not fit', lineWith({ certainty: 'inode' })],
    ['an exact change without a path', lineWith({ path: null })],
    ['a rename without its new name', lineWith({ to: undefined }, two)],
    ['a path that is a number', lineWith({ path: 7 })],
    ['a relative path', lineWith({ path: 'w/f' })],
    ['a path that climbs', lineWith({ path: '/w/../etc/passwd' })],
    ['a path with an empty part', lineWith({ path: '/w//f' })],
    ['a path with a slash at its end', lineWith({ path: '/w/' })],
    ['a path with NUL', lineWith({ path: '/w/\0' })],
    ['a path with half a character', lineWith({ path: '/w/\ud800' })],
    ['a path longer than any', lineWith({ path: `/${'a'.repeat(20_000)}` })],
    ['a new path that climbs', lineWith({ to: '/w/..' }, two)],
    ['hex that is not the path', lineWith({ pathHex: '2f62ff' })],
    ['hex of what is UTF-8', lineWith({ pathHex: Buffer.from('/w/f').toString('hex') })],
    ['hex without a path', lineWith({ path: null, pathHex: '2fff', certainty: 'inode' })],
    ['hex that is none', lineWith({ path: '/\ufffd', pathHex: '2ff' })],
    ['a name with a slash', lineWith({ name: '../f' }, unknownPath)],
    ['a name that climbs', lineWith({ name: '..' }, unknownPath)],
    ['an empty name', lineWith({ name: '' }, unknownPath)],
    ['an inode that is text', lineWith({ inode: '12' })],
    ['a negative inode', lineWith({ inode: -1 })],
    ['an inode with a fraction', lineWith({ inode: 1.5 })],
    ['an inode without a device', lineWith({ dev: null })],
    ['a device that is none', lineWith({ dev: 'fe:00; rm' })],
    ['a parent without a device', lineWith({ parentInode: 2 })],
    ['a list of parents that is none', lineWith({ eitherParent: 'ab' })],
    ['too many parents', lineWith({ eitherParent: Array(1000).fill({ inode: 1, dev: '1:1' }) })],
    ['a negative serial', lineWith({ serial: -1 })],
    ['a serial beyond all numbers', lineWith({ serial: 1e300 })],
    ['a time before 1970', lineWith({ timestamp: -1 })],
    ['a time beyond all calendars', lineWith({ timestamp: 1e13 })],
    ['no time', lineWith({ timestamp: null })],
    ['nobody', lineWith({ who: undefined })],
    ['a user that is text', lineWith({ who: { ...WHO, uid: 'root' } })],
    ['a user beyond 32 bits', lineWith({ who: { ...WHO, uid: 2 ** 32 } })],
    ['a program name without end', lineWith({ who: { ...WHO, exe: 'x'.repeat(5000) } })],
    ['a key that is an object', lineWith({ key: {} })],
    ['keys that do not fit the key', lineWith({ keys: ['other', 'k'] })],
    ['an attribute that is unknown', lineWith({ kind: 'attrib', attribute: 'smell' })],
    ['a node that is a list', lineWith({ node: [] })],
    ['an array', Buffer.from('[]')],
    ['null', Buffer.from('null')],
    ['nothing', Buffer.alloc(0)],
    ['half a line', lineWith({}).subarray(0, 40)],
    ['two lines', Buffer.concat([lineWith({}), Buffer.from('\n'), lineWith({})])],
    ['bytes that are not UTF-8', Buffer.from(lineWith({}).map((byte) => (byte === 0x66 ? 0xff : byte)))],
    ['nested without end', Buffer.from('['.repeat(100_000))],
    ['a line longer than any', lineWith({ future: 'x'.repeat(MAX_CHANGE_LINE_BYTES) })],
  ])('refuses %s', (_what, line) => {
    expect(tryReadChange(line)).toBeUndefined();
  });

  it('never throws, whatever a line has in whatever field', () => {
    const fields = Object.keys(JSON.parse(encodeChange(CHANGE))).concat(
      'to',
      'name',
      'pathHex',
      'eitherParent',
      'keys',
    );
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        const change = tryReadChange(lineWith({ [field]: value }));
        if (change) expect(tryReadChange(Buffer.from(encodeChange(change)).subarray(0, -1))).toEqual(change);
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => tryReadChange(bytes) === undefined));
  });
});
