/** Each defect of the first auditd_tools, by its number in the research notes: none of them is here. */
import { describe, expect, it } from 'vitest';
import { AuditEventParser } from '../../../indexer/audit/index.js';
import { auditChanges, auditChangesText } from '../../helpers/audit-captures.js';
import { AT_FDCWD, auditEvent, type EventSpec, path } from '../../helpers/audit-lines.js';

const parent = path('PARENT', '/w/', 7);
const CREATED: EventSpec = {
  call: 'open',
  args: ['0', '41'],
  key: 'fsaction',
  paths: [parent, path('CREATE', '/w/f', 12)],
};

const text = (spec: EventSpec, key?: string): Promise<string> => auditChangesText(auditEvent(spec), 'text', key);

describe('1: calls that were dropped', () => {
  const one = (call: string, type: string, mode?: string): EventSpec => ({
    call,
    paths: [parent, path(type, '/w/x', 1, mode)],
  });

  it.each<[string, EventSpec]>([
    [
      'renamed                       : /w/a -> /w/b\n',
      { call: 'rename', paths: [parent, parent, path('DELETE', '/w/a', 12), path('CREATE', '/w/b', 12)] },
    ],
    [
      'linked                        : /w/a -> /w/b\n',
      { call: 'link', paths: [parent, path('NORMAL', '/w/a', 12), path('CREATE', '/w/b', 12)] },
    ],
    ['created-directory             : /w/x\n', one('mkdir', 'CREATE', '040755')],
    ['symlinked                     : /w/x\n', one('symlink', 'CREATE', '0120777')],
    ['changed-file-permissions-of   : /w/x\n', { call: 'chmod', paths: [path('NORMAL', '/w/x', 1)] }],
    ['changed-file-ownership-of     : /w/x\n', { call: 92, paths: [path('NORMAL', '/w/x', 1)] }],
    ['changed-file-attributes-of    : /w/x\n', { call: 188, paths: [path('NORMAL', '/w/x', 1)] }],
    ['changed-timestamp-of          : /w/x\n', { call: 235, paths: [path('NORMAL', '/w/x', 1)] }],
    ['deleted                       : /w/x\n', one('unlink', 'DELETE')],
    ['opened-file                   : /w/x\n', { ...one('openat', 'CREATE'), args: [AT_FDCWD, '0', '41'] }],
  ])('%s', async (line, spec) => {
    expect(await text(spec)).toBe(line);
  });
});

it('2: a file that is there already, opened to write, and a truncated one', async () => {
  const paths = [path('NORMAL', '/w/f', 12)];
  expect(await text({ call: 'open', args: ['0', '1'], paths })).toBe('opened-file                   : /w/f\n');
  expect(await text({ call: 76, paths })).toBe('opened-file                   : /w/f\n');
});

it('3: a call that failed is no change', async () => {
  expect(await text({ ...CREATED, success: false })).toBe('');
});

it('4: with a key asked for, an event without one is left out and nothing stops', async () => {
  const { key, ...without } = CREATED;
  const stream = Buffer.concat([auditEvent(without), auditEvent({ ...CREATED, serial: 2 })]);
  expect(await auditChanges(stream, key)).toMatchObject([{ serial: 2 }]);
});

it('5: the key is compared as a whole', async () => {
  for (const key of ['xfsactionx', 'fsaction ', 'fs', '']) expect(await text(CREATED, key)).toBe('');
  expect(await text(CREATED, 'fsaction')).not.toBe('');
});

it('6: a name that is not UTF-8 is told, byte for byte', async () => {
  const name = Buffer.from('/w/bad\xff\xfe', 'latin1');
  const [change] = await auditChanges(auditEvent({ ...CREATED, paths: [parent, path('CREATE', name, 12)] }));
  expect(change?.path).toBe('/w/bad\xff\xfe');
});

it('7: the last event is not lost, however it ends', async () => {
  for (const end of [[], ['EOE '], ['PROCTITLE proctitle="x"']]) {
    expect(await text({ ...CREATED, end })).not.toBe('');
    const parser = new AuditEventParser();
    const lines = auditEvent({ ...CREATED, end })
      .toString()
      .trimEnd()
      .split('\n');
    expect([...lines.flatMap((line) => parser.parseLine(line)), ...parser.flush()]).toHaveLength(1);
  }
});

it('8: all keys of an event count', async () => {
  const spec = { ...CREATED, key: 'first\u0001second' };
  for (const key of ['first', 'second']) expect(await text(spec, key)).not.toBe('');
  const line = JSON.parse(await auditChangesText(auditEvent(spec), 'jsonl'));
  expect(line).toMatchObject({ key: 'first', keys: ['first', 'second'] });
});

it('9: a newline in a name cannot be mistaken for other names, nor end the line', async () => {
  const named = (name: string) => auditEvent({ ...CREATED, paths: [parent, path('CREATE', name, 12)] });
  const newline = named('/w/a\nb');
  const written = named('/w/a\\012b');
  expect(await auditChangesText(newline, 'text')).toBe('opened-file                   : /w/a\\x0ab\n');
  expect(await auditChangesText(written, 'text')).toBe('opened-file                   : /w/a\\012b\n');
  expect((await auditChanges(newline))[0]?.path).toBe('/w/a\nb');
  expect((await auditChanges(written))[0]?.path).toBe('/w/a\\012b');
});

it('10: the node survives', async () => {
  expect(JSON.parse(await auditChangesText(auditEvent({ ...CREATED, node: 'host' }), 'jsonl'))).toMatchObject({
    node: 'host',
  });
});
