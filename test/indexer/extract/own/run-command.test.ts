/** Commands that do what none should: each ends as a named failure, and nothing of it is left. */
import { closeSync, existsSync, openSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupUse } from '../../../../indexer/extract/own/process-group.js';
import { type CommandEnd, type CommandLimits, runCommand } from '../../../../indexer/extract/own/run-command.js';
import { wallsHere } from '../../../../indexer/system/confine.js';
import { bundle } from '../../../helpers/bundle.js';
import { tempFolder } from '../../../helpers/temp.js';

const shutInPath = bundle('indexer/extract/own/shut-in.ts');
const folder = tempFolder();
const document = join(folder, '-x y.Doc');
writeFileSync(document, 'words of the document');
const LIMITS = { shutInPath, timeoutMs: 60_000, memoryMb: 512 };

function start(command: readonly string[], limits: Partial<CommandLimits> = {}) {
  const fd = openSync(document, 'r');
  const running = runCommand({ command }, { document: fd, ending: 'doc' }, { ...LIMITS, ...limits });
  return { ...running, pid: running.pid, ended: running.ended.finally(() => closeSync(fd)) };
}

const run = (command: readonly string[], limits?: Partial<CommandLimits>) => start(command, limits).ended;
const sh = (script: string, limits?: Partial<CommandLimits>) => run(['/bin/sh', '-c', script], limits);

function printed(end: CommandEnd): string {
  return end.kind === 'printed' ? end.bytes.toString() : JSON.stringify(end);
}

describe('a command', () => {
  it('gets the document as its standard input, or as a file with a name of our own', async () => {
    expect(printed(await run(['/bin/cat']))).toBe('words of the document');
    expect(printed(await run(['/bin/sh', '-c', 'basename "$1"; cat "$1"', 'sh', '{}']))).toBe(
      'document.doc\nwords of the document',
    );
  });

  it('gets an empty environment, no descriptor and a folder of its own, which goes', async () => {
    const [env = '', place = ''] = printed(
      await sh('env | cut -d= -f1 | sort | tr "\\n" " "; echo; pwd; touch made'),
    ).split('\n');
    expect(env.split(' ').filter((name) => !['', 'PWD', 'OLDPWD', 'SHLVL', '_'].includes(name))).toEqual([
      'LANG',
      'PATH',
      'TMPDIR',
    ]);
    // The last one is that of the folder it lists.
    expect(
      printed(await run(['/bin/ls', '/proc/self/fd']))
        .trim()
        .split('\n'),
    ).toEqual(['0', '1', '2', '3']);
    expect(place).toMatch(/find-text-/);
    expect(existsSync(place)).toBe(false);
  });

  it.each([
    ['fails', 'echo "no such thing" >&2; exit 3', 'sh ended with exit status 3: no such thing'],
    ['is killed', 'kill -9 $$', 'sh ended with SIGKILL'],
    ['prints without end', 'exec cat /dev/zero', 'cat'],
    ['prints too much', 'head -c 17000000 /dev/zero', 'it printed more than 16 MiB'],
    ['writes many files', 'i=0; while :; do i=$((i+1)); : > $i; done', 'it wrote more than 512 MiB or 1000 files'],
    [
      'deletes what it holds open',
      'fallocate -l 250M a; exec 3<a; fallocate -l 250M b; exec 4<b; fallocate -l 250M c; exec 5<c; rm a b c; sleep 600',
      'it wrote more than 512 MiB or 1000 files',
    ],
    [
      'starts many processes',
      'i=0; while [ $i -lt 100 ]; do i=$((i+1)); sleep 600 & done; wait',
      'it started more than 64 processes',
    ],
  ])('that %s is told', async (_, script, why) => {
    const end = await sh(script);
    expect(end).toMatchObject({ kind: 'failed', code: 'FT_EXTRACT_FAILED' });
    expect(end.kind === 'failed' && end.why).toContain(why === 'cat' ? 'sh ended with' : why);
  });

  it('that is not there is told', async () => {
    expect(await run(['/nowhere/program'])).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('execve: ENOENT'),
    });
  });

  it('that takes too much memory is ended', async () => {
    const hungry = `a=x; while :; do a=$a$a; done`;
    expect((await sh(hungry, { memoryMb: 256 })).kind).toBe('failed');
  });

  it('that never answers is ended with all that it has started', async () => {
    const { ended, ...running } = start(['/bin/sh', '-c', 'trap "" TERM; sleep 600 & sleep 600'], { timeoutMs: 1_000 });
    const { pid = 0 } = running;
    expect(await ended).toMatchObject({ kind: 'failed', code: 'FT_EXTRACT_TIMEOUT' });
    await expect.poll(() => groupUse(pid), { timeout: 30_000 }).toMatchObject({ processes: 0 });
  });

  it('leaves no process behind', async () => {
    const { ended, pid = 0 } = start(['/bin/sh', '-c', '(trap "" HUP; sleep 600) & echo done']);
    expect(printed(await ended)).toBe('done\n');
    await expect.poll(() => groupUse(pid), { timeout: 30_000 }).toMatchObject({ processes: 0 });
  });
});

describe.skipIf(!wallsHere().seccomp || wallsHere().landlock < 4)('a hostile command', () => {
  const server = createServer((socket) => socket.end());
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
  });
  afterAll(() => void server.close());

  it('leaves no shared memory and no queue, and neither limits nor slows another process', async () => {
    const script = `
      ipcmk -M 100 >/dev/null && echo "shared memory"
      ipcmk -Q >/dev/null && echo "a queue"
      prlimit --pid ${process.pid} --core=0:0 && echo limited
      prlimit --core=0:0 true && echo "limited itself"
      renice -n 19 -p ${process.pid} >/dev/null`;
    const priority = getPriority(process.pid);
    expect(printed(await sh(script))).toBe('limited itself\n');
    expect(getPriority(process.pid)).toBe(priority);
  });

  it('writes nowhere else, changes no mode, reaches no network and does not leave its group', async () => {
    const mode = statSync(folder).mode;
    const script = `
      echo x > ${folder}/made && echo made
      echo x >> ${document} && echo written
      mv ${document} ${folder}/moved && echo moved
      chmod 777 ${folder}
      ${process.execPath} -e 'require("net").connect(${port}, "127.0.0.1").on("connect", () => console.log("connected")).on("error", (e) => console.log(e.code))'
      setsid true && echo "own session"
      unshare -Ur true && echo "own namespace"
      echo inside > inside && cat inside`;
    const told = printed(await sh(script)).split('\n');
    expect(told.filter((line) => line !== '' && !/^(?:EPERM|EACCES)$/.test(line))).toEqual(['inside']);
    expect(readdirSync(folder)).toEqual(['-x y.Doc']);
    expect(statSync(folder).mode).toBe(mode);
  });
});
