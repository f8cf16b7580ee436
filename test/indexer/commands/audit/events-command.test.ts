/** `find-textd audit events`, and what both commands do with files, formats and what they could not read. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runAuditChanges } from '../../../../indexer/commands/audit/changes.js';
import { type AuditEventsArgs, runAuditEvents } from '../../../../indexer/commands/audit/events.js';
import { auditEvent, path } from '../../../helpers/audit-lines.js';
import { tempFolder } from '../../../helpers/temp.js';
import { TextSink } from '../../../helpers/text-sink.js';

const EVENT = auditEvent({
  call: 'unlink',
  key: 'k',
  paths: [path('PARENT', '/w/', 7), path('DELETE', '/w/f\u001b', 12)],
});
const NOBODY = { users: new Map(), groups: new Map() };

async function run(args: AuditEventsArgs, input: Buffer = EVENT): Promise<{ out: string; err: string }> {
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  await runAuditEvents(args, { stdin: Readable.from([input]), stdout, stderr }, NOBODY);
  return { out: stdout.text, err: stderr.text };
}

describe('audit events', () => {
  it('prints one JSON object per line', async () => {
    const { out, err } = await run({}, Buffer.concat([EVENT, auditEvent({ serial: 2 })]));
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toMatchObject([
      { serial: 1, action: 'deleted', filepath: '/w/f\u001b', key: 'k' },
      { serial: 2, action: '', key: null },
    ]);
    expect(err).toBe('');
  });

  it('prints them for people, with nothing a terminal could obey', async () => {
    const { out } = await run({ format: 'pretty' });
    expect(out.endsWith('\n}\n\n----\n\n')).toBe(true);
    expect(out).toContain('  "action": "deleted"');
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(JSON.parse(out.replace('----', ''))).toMatchObject({ serial: 1, filepath: '/w/f\u001b' });
  });

  it('prints those with the key, of rules that went, too', async () => {
    const removal = Buffer.from(
      'type=CONFIG_CHANGE msg=audit(1700000000.000:5): op=remove_rule key="k" list=4 res=1\n',
    );
    const input = Buffer.concat([EVENT, auditEvent({ serial: 2 }), removal]);
    const serials = async (key: string) =>
      (await run({ key }, input)).out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).serial);
    expect(await serials('k')).toEqual([1, 5]);
    expect(await serials('kk')).toEqual([]);
  });

  it('says what was lost or not understood', async () => {
    const partial = auditEvent({ items: 5, paths: [path('NORMAL', '/f', 1)] });
    const input = Buffer.concat([partial, Buffer.from(`\u001b[31mnonsense\n${'x'.repeat(100_000)}\n`)]);
    const { err } = await run({}, input);
    expect(err).toBe(
      'find-textd: events with records missing: 1; changes may have been lost\n' +
        'find-textd: lines longer than any audit record, passed over: 1\n' +
        'find-textd: lines that are no audit records: 1, such as: \\x1b[31mnonsense\n',
    );
  });
});

describe.each([
  ['changes', runAuditChanges],
  ['events', runAuditEvents],
] as const)('audit %s', (_name, command) => {
  const io = () => ({ stdin: Readable.from([EVENT]), stdout: new TextSink(), stderr: new TextSink() });

  it('reads a file, or standard input for -', async () => {
    const file = join(tempFolder(), 'audit.log');
    writeFileSync(file, EVENT);
    for (const name of [file, '-', undefined]) {
      const streams = io();
      await command({ file: name }, streams);
      expect(JSON.parse(streams.stdout.text)).toMatchObject({ serial: 1 });
    }
  });

  it('says which file could not be read, why, and what to do', async () => {
    await expect(command({ file: '/nowhere/\u001baudit.log' }, io())).rejects.toMatchObject({
      code: 'FT_READ_FAILED',
      message: expect.stringMatching(/^read the audit stream from \/nowhere\/\\x1baudit\.log: ENOENT/),
      hint: expect.stringContaining('file of audit records'),
    });
    await expect(command({ file: tempFolder() }, io())).rejects.toMatchObject({ code: 'FT_READ_FAILED' });
  });

  it('says that an audit log is for root', async () => {
    const stdin = new Readable({
      read: () => void stdin.destroy(Object.assign(new Error('EACCES: denied'), { code: 'EACCES' })),
    });
    await expect(command({}, { ...io(), stdin })).rejects.toMatchObject({
      code: 'FT_READ_DENIED',
      message: 'read the audit stream from standard input: EACCES: denied',
      hint: expect.stringContaining('root'),
    });
  });

  it('refuses a format it does not know', async () => {
    await expect(command({ format: 'xml' }, io())).rejects.toMatchObject({
      code: 'FT_CONFIG_INVALID',
      hint: expect.stringContaining('jsonl'),
    });
  });
});
