import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditRecord } from '../../../../indexer/audit/records/parse-record.js';
import {
  decimal,
  FieldCursor,
  fieldTag,
  hex32,
  octal,
  untrusted,
} from '../../../../indexer/audit/records/record-fields.js';
import { CAPTURES } from '../../../helpers/audit-captures.js';

function recordOf(body: string): AuditRecord {
  const bytes = Buffer.from(body, 'latin1');
  return new AuditRecord('SYSCALL', bytes, 0, 0, bytes.length);
}

function fieldsOf(body: string): [number, string, boolean][] {
  const cursor = new FieldCursor();
  const fields: [number, string, boolean][] = [];
  cursor.start(recordOf(body));
  while (cursor.next()) fields.push([cursor.tag, body.slice(cursor.from, cursor.to), cursor.isQuoted]);
  return fields;
}

const onBytes =
  <T>(read: (bytes: Buffer, from: number, to: number) => T) =>
  (text: string): T =>
    read(Buffer.from(`9${text}9`), 1, text.length + 1);

describe('FieldCursor', () => {
  it('gives values with and without quotes, and nothing of what auditd added', () => {
    expect(fieldsOf(' item=0 name="/tmp/a" dev=fe:00 name=(null) x=""\u001dOUID="root" item=1')).toEqual([
      [fieldTag('item'), '0', false],
      [fieldTag('name'), '/tmp/a', true],
      [fieldTag('dev'), 'fe:00', false],
      [fieldTag('name'), '(null)', false],
      [fieldTag('x'), '', true],
    ]);
  });

  it('passes over words without a value', () => {
    expect(fieldsOf('subj=/usr/bin/x (enforce) key="k"').map(([tag]) => tag)).toEqual([
      fieldTag('subj'),
      fieldTag('key'),
    ]);
  });

  it.each(['', '=', 'a', 'a=', '"', 'a="', '\u001d', 'a="b', '= = ='])('ends on %j', (body) => {
    expect(fieldsOf(body).length).toBeLessThan(4);
  });

  it('finds a field whatever the order, and whatever was jumped over', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(names, fc.array(fc.nat()), fc.nat(255), (fields, asked, byte) => {
        const cursor = new FieldCursor();
        const body = fields.map((name, i) => `${name}=${i}`).join(' ');
        cursor.start(recordOf(body));
        for (const at of asked) {
          cursor.leap(byte);
          const i = at % fields.length;
          expect(cursor.seekDecimal(fieldTag(fields[i] as string))).toBe(i);
          expect(cursor.seek(fieldTag('MISSING'))).toBe(false);
        }
      }),
    );
  });

  it('has a tag of its own for each field name of the captures', () => {
    const names = new Set<string>();
    for (const file of readdirSync(CAPTURES).filter((name) => name.endsWith('.log'))) {
      for (const [, name = ''] of readFileSync(join(CAPTURES, file), 'latin1').matchAll(/ ([a-z_0-9]+)=/g))
        names.add(name);
    }
    expect(names.size).toBeGreaterThan(35);
    expect(new Set([...names].map(fieldTag)).size).toBe(names.size);
  });
});

describe('numbers', () => {
  it('reads decimal digits, and 64 bits rounded as lstat rounds them', () => {
    const read = onBytes(decimal);
    expect(['0', '42', '', 'x', '1x', '(null)'].map(read)).toEqual([0, 42, -1, -1, -1, -1]);
    expect(read('18446744073709551615')).toBe(Number(18446744073709551615n));
    expect(read('9007199254740993')).toBe(Number(9007199254740993n));
    expect(read('1'.repeat(30))).toBe(-1);
  });

  it('reads the low 32 bits of hex', () => {
    const read = onBytes(hex32);
    expect(['5', 'ffffff9c', 'ffffffffffffff9c', '7f0000000005', ''].map(read)).toEqual([5, -100, -100, 5, 0]);
  });

  it('reads octal modes', () => {
    expect(['040755', '0100644', '8', ''].map(onBytes(octal))).toEqual([0o40755, 0o100644, 0, 0]);
  });
});

describe('untrusted', () => {
  const read = (text: string, isQuoted: boolean) =>
    untrusted(Buffer.from(text), 0, text.length, isQuoted)?.toString('latin1');

  it('takes quoted values as they are and decodes hex', () => {
    expect(read('DEADBEEF', true)).toBe('DEADBEEF');
    expect(read('612062FF', false)).toBe('a b\xff');
    expect(read('6a', false)).toBe('j');
    expect(read('', true)).toBe('');
  });

  it.each(['(null)', '', '6', '6G', '?', '<too_long>'])('gives null for %j without quotes', (text) => {
    expect(read(text, false)).toBeUndefined();
  });
});
