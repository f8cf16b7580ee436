/** Commands, files, the journal, syslog: each gets the message whole, and no failure of theirs is lost. */
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CommandTarget } from '../../../../../indexer/notify/deliver/targets/command.js';
import { FileTarget } from '../../../../../indexer/notify/deliver/targets/file.js';
import { JournaldTarget } from '../../../../../indexer/notify/deliver/targets/journald.js';
import { SyslogTarget } from '../../../../../indexer/notify/deliver/targets/syslog.js';
import { syslogFrame } from '../../../../../indexer/notify/deliver/targets/syslog-line.js';
import { AUTHORITY_FILE } from '../../../../helpers/receiver.js';
import { tempFolder } from '../../../../helpers/temp.js';
import { until } from '../../../../helpers/test-env.js';

const payload = {
  type: 'file.modified',
  timestamp: '2026-11-28T21:55:49.340Z',
  event_type: 'modified',
  src_path: '/srv/a"]\\\n<x>',
  rule: 'pii',
  severity: 'critical',
  sequence: 41,
  host: { name: 'vm' },
};
const message = { webhookId: 'evt_1', json: JSON.stringify(payload) };
const never = new AbortController().signal;

describe('a command', () => {
  function script(text: string): string {
    const file = join(tempFolder(), 'told');
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  it('gets the payload on its standard input, its arguments as they are, and nothing of the environment', async () => {
    const out = join(tempFolder(), 'out');
    const file = script(`cat > "$1"; printf '%s\\n' "$2" "$WEBHOOK_ID" "$TOKEN" >> "$1"`);
    const target = new CommandTarget([file, out, '$(id) *'], { PATH: process.env.PATH, TOKEN: 'secret' });
    expect(await target.send(message, never)).toMatchObject({ kind: 'accepted' });
    expect(readFileSync(out, 'utf8')).toBe(`${message.json}\n$(id) *\nevt_1\n\n`);
  });

  it.each([
    ['exit 75', { how: 'later', code: 'exit status 75' }],
    ['echo no such channel >&2; exit 3', { how: 'rejected', code: 'exit status 3', text: 'no such channel' }],
    ['kill -9 $$', { how: 'later', code: 'killed' }],
    ['yes', { how: 'rejected', why: 'the program printed more than 65536 bytes' }],
  ])('tells what became of it: %s', async (text, expected) => {
    expect(await new CommandTarget([script(text)], process.env).send(message, never)).toMatchObject(expected);
  });

  it('may read nothing of a payload that is larger than a pipe', async () => {
    const large = { ...message, json: JSON.stringify({ text: 'x'.repeat(1 << 20) }) };
    expect(await new CommandTarget([script('exit 0')], process.env).send(large, never)).toMatchObject({
      kind: 'accepted',
    });
  });

  it('is ended with all that it has started when it takes too long', async () => {
    const pidFile = join(tempFolder(), 'pid');
    const file = script(`sleep 1000 & echo $! > "$1.new"; mv "$1.new" "$1"; wait`);
    const late = new AbortController();
    const answer = new CommandTarget([file, pidFile], process.env).send(message, late.signal);
    await until('it has started something', () => existsSync(pidFile));
    late.abort();
    expect(await answer).toMatchObject({ kind: 'failed', how: 'later', code: 'ETIMEDOUT' });
    const pid = readFileSync(pidFile, 'utf8').trim();
    await until('what it has started is gone', () => !existsSync(`/proc/${pid}/exe`) || isZombie(pid));
  });

  it.each([
    ['exit 0', { kind: 'accepted', text: 'handed over' }],
    ['exit 75', { kind: 'failed', code: 'exit status 75', text: 'handed over' }],
  ])('that leaves a daemon behind with its output open has an answer: %s', async (text, expected) => {
    const pidFile = join(tempFolder(), 'pid');
    const file = script(`echo handed over; setsid sh -c 'echo $$ > "$0"; exec sleep 1000' "$1" &
while [ ! -s "$1" ]; do sleep 0.01; done; ${text}`);
    onTestFinished(() => void process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL'));
    expect(await new CommandTarget([file, pidFile], process.env).send(message, never)).toMatchObject(expected);
  });

  it('that is not there is tried again later', async () => {
    const answer = await new CommandTarget(['/no/such/program'], {}).send(message, never);
    expect(answer).toMatchObject({ how: 'later', code: 'ENOENT', why: 'there is no such program' });
  });
});

function isZombie(pid: string): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

describe('a file', () => {
  it('gets a line each, also after it was rotated, and is closed to others', async () => {
    const path = join(tempFolder(), 'events.jsonl');
    const target = new FileTarget(path);
    for (let count = 0; count < 2; count += 1) expect(await target.send(message)).toEqual({ kind: 'accepted' });
    renameSync(path, `${path}.1`);
    expect(await target.send(message)).toEqual({ kind: 'accepted' });
    expect(readFileSync(`${path}.1`, 'utf8')).toBe(`${message.json}\n`.repeat(2));
    expect(readFileSync(path, 'utf8')).toBe(`${message.json}\n`);
    expect(execFileSync('stat', ['-c', '%a', path], { encoding: 'utf8' }).trim()).toBe('600');
  });

  it('is no symlink, no folder, no device', async () => {
    const folder = tempFolder();
    symlinkSync('/etc/passwd', join(folder, 'link'));
    mkdirSync(join(folder, 'folder'));
    expect(await new FileTarget(join(folder, 'link')).send(message)).toMatchObject({ code: 'ELOOP', how: 'later' });
    expect(await new FileTarget(join(folder, 'folder')).send(message)).toMatchObject({ kind: 'failed' });
    expect(await new FileTarget('/dev/null').send(message)).toMatchObject({ why: 'it is not a plain file' });
    expect(await new FileTarget('/dev/full').send(message)).toMatchObject({ kind: 'failed' });
  });
});

describe.skipIf(process.getuid?.() !== 0)('what another user could replace (needs root)', () => {
  const NOBODY = 65_534;
  const refused = {
    kind: 'failed',
    how: 'later',
    code: 'configuration',
    why: expect.stringMatching(/belongs to|write to/),
  };

  function folderOf(uid: number): string {
    const folder = join(tempFolder(), 'theirs');
    mkdirSync(folder);
    chownSync(folder, uid, uid);
    return folder;
  }

  it.each<[string, (program: string) => void]>([
    ['the program', (program) => chownSync(program, NOBODY, NOBODY)],
    ['its mode', (program) => chmodSync(program, 0o777)],
    ['its folder', (program) => chownSync(dirname(program), NOBODY, NOBODY)],
  ])('is not run by root: %s', async (_, give) => {
    const [folder, out] = [folderOf(0), join(tempFolder(), 'out')];
    const program = join(folder, 'told');
    writeFileSync(program, `#!/bin/sh\necho > ${out}\n`, { mode: 0o755 });
    chmodSync(program, 0o755);
    give(program);
    expect(await new CommandTarget([program], process.env).send(message, never)).toMatchObject(refused);
    expect(existsSync(out)).toBe(false);
  });

  it('is not written by root: a folder on the way may be a symlink to any other', async () => {
    const [theirs, ours] = [folderOf(NOBODY), tempFolder()];
    symlinkSync(ours, join(theirs, 'logs'));
    const answer = await new FileTarget(join(theirs, 'logs/changes.jsonl')).send(message);
    expect(answer).toMatchObject(refused);
    expect(existsSync(join(ours, 'changes.jsonl'))).toBe(false);
  });

  it('of a group root writes: /var/log belongs to one', async () => {
    const file = join(folderOf(0), 'changes.jsonl');
    chmodSync(dirname(file), 0o775);
    chownSync(dirname(file), 0, NOBODY);
    expect(await new FileTarget(file).send(message)).toMatchObject({ kind: 'accepted' });
  });
});

describe('the journal', () => {
  /** What reads datagrams of a socket: Node has no such sockets. */
  async function journal(): Promise<{ socket: string; lines: string[]; end: () => void }> {
    const socket = join(tempFolder(), 'socket');
    const program = `import socket,sys
s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM); s.bind(sys.argv[1]); print('ready',flush=True)
sys.stdin.readline()
while True: print(s.recv(1<<20).hex(),flush=True)`;
    const child = spawn('python3', ['-c', program, socket], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      lines.splice(0, lines.length, ...text.split('\n').slice(0, -1));
    });
    const lines: string[] = [];
    await until('the journal is there', () => lines[0] === 'ready');
    return { socket, lines, end: () => child.stdin.write('\n') };
  }
  const hasPython = existsSync('/usr/bin/python3');

  it.skipIf(!hasPython)('gets fields, whatever is in them', async () => {
    const { socket, lines, end } = await journal();
    end();
    expect(await new JournaldTarget(socket).send(message)).toEqual({ kind: 'accepted' });
    await until('it has come', () => lines.length === 2);
    const fields = fieldsOf(Buffer.from(lines[1] as string, 'hex'));
    expect(fields).toMatchObject({
      MESSAGE: '/srv/a"]\\\\x0a<x> was modified on vm',
      PRIORITY: '2',
      SYSLOG_IDENTIFIER: 'find-textd',
      FINDTEXT_RULE: 'pii',
      FINDTEXT_PATH: payload.src_path,
      FINDTEXT_JSON: message.json,
    });
  });

  it.skipIf(!hasPython)('that is behind is not waited for', async () => {
    const { socket } = await journal();
    const target = new JournaldTarget(socket);
    let answer = await target.send(message);
    while (answer.kind === 'accepted') answer = await target.send(message);
    expect(answer).toMatchObject({ how: 'later', code: 'EAGAIN', why: 'the reader is behind' });
  });

  it('that is not there is tried again later', async () => {
    const target = new JournaldTarget(join(tempFolder(), 'none'));
    expect(await target.send(message)).toMatchObject({ how: 'later', code: 'ENOENT' });
  });

  it.skipIf(!hasPython)('gets a long message without its payload, and refuses one that is longer still', async () => {
    const { socket, lines, end } = await journal();
    end();
    const long = { ...message, json: JSON.stringify({ ...payload, diff: { text: 'x'.repeat(300_000) } }) };
    expect(await new JournaldTarget(socket).send(long)).toEqual({ kind: 'accepted' });
    await until('it has come', () => lines.length === 2);
    expect(fieldsOf(Buffer.from(lines[1] as string, 'hex'))).not.toHaveProperty('FINDTEXT_JSON');
    const tooLong = { ...message, json: JSON.stringify({ ...payload, src_path: `/${'x'.repeat(500_000)}` }) };
    expect(await new JournaldTarget(socket).send(tooLong)).toMatchObject({ how: 'rejected', code: 'EMSGSIZE' });
  });

  function fieldsOf(entry: Buffer): Record<string, string> {
    const fields: Record<string, string> = {};
    for (let at = 0; at < entry.length; ) {
      const end = entry.indexOf('\n', at);
      const length = Number(entry.readBigUInt64LE(end + 1));
      fields[entry.toString('utf8', at, end)] = entry.toString('utf8', end + 9, end + 9 + length);
      at = end + 9 + length + 1;
    }
    return fields;
  }
});

describe('syslog', () => {
  async function listen(server: Server, onEnd: (text: string, socket: Socket) => void): Promise<number> {
    server.on(server instanceof Server_ ? 'secureConnection' : 'connection', (socket: Socket) => {
      let text = '';
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        text += chunk.toString('utf8');
      });
      socket.on('end', () => onEnd(text, socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  }
  const Server_ = createTlsServer().constructor as new () => Server;

  it('is a line of RFC 5424 that begins with its length', () => {
    const frame = syslogFrame(message, 0);
    const [length = '', ...rest] = frame.toString('utf8').split(' ');
    expect(Number(length)).toBe(frame.length - length.length - 1);
    expect(rest.join(' ')).toBe(
      `<106>1 2026-11-28T21:55:49.340Z vm find-textd ${process.pid} file.modified ` +
        '[change@32473 id="evt_1" rule="pii" sequence="41" kind="modified" path="/srv/a\\"\\]\\\\\\\\x0a<x>"] ' +
        '\ufeff/srv/a"]\\\\x0a<x> was modified on vm',
    );
  });

  it('is handed over by TCP and by TLS', async () => {
    const got: string[] = [];
    const take = (text: string, socket: Socket) => {
      got.push(text);
      socket.end();
    };
    const tls = new URL('../../../../fixtures/tls/', import.meta.url);
    const read = (name: string) => readFileSync(new URL(name, tls));
    const plainPort = await listen(createServer({ allowHalfOpen: true }), take);
    const tlsPort = await listen(
      createTlsServer({ key: read('localhost.key'), cert: read('localhost.pem'), allowHalfOpen: true }),
      take,
    );
    const plain = new SyslogTarget({ url: `tcp://127.0.0.1:${plainPort}`, ca: undefined });
    const safe = new SyslogTarget({ url: `tls://localhost:${tlsPort}`, ca: AUTHORITY_FILE });
    expect(await plain.send(message, never)).toEqual({ kind: 'accepted' });
    expect(await safe.send(message, never)).toEqual({ kind: 'accepted' });
    expect(got.map((text) => text.includes('rule="pii"'))).toEqual([true, true]);
    const untrusted = new SyslogTarget({ url: `tls://localhost:${tlsPort}`, ca: undefined });
    expect(await untrusted.send(message, never)).toMatchObject({ why: 'its certificate is not trusted' });
  });

  it('that is not there, or says nothing until it is too late, is tried again later', async () => {
    const gone = createServer();
    const port = await listen(gone, () => {});
    await new Promise((resolve) => gone.close(resolve));
    const target = new SyslogTarget({ url: `tcp://127.0.0.1:${port}`, ca: undefined });
    expect(await target.send(message, never)).toMatchObject({ how: 'later', code: 'ECONNREFUSED' });
    const silent = createServer((socket) => socket.on('error', () => {}));
    const silentPort = await listen(silent, () => {});
    const tls = new SyslogTarget({ url: `tls://localhost:${silentPort}`, ca: undefined });
    expect(await tls.send(message, AbortSignal.timeout(200))).toMatchObject({ how: 'later', code: 'ETIMEDOUT' });
  });
});
