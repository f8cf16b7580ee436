/**
 * A program of the user's: the payload on its standard input, one process a message, as the user of the daemon. No shell
 * is between, and it sees nothing of the daemon's environment but where things are. Exit status 0: taken. 75, as sendmail
 * uses it: later. Any other: this message is not wanted.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { whySteerable } from '../../../../shared/own-folder.js';
import { cleanText } from '../../../../shared/path-text.js';
import { childEnd } from '../../../system/child-end.js';
import { reasonOf, steerable } from '../reasons.js';
import type { Answer, Failed, Outgoing, Target } from '../target.js';

const TEMPORARY = 75;
const MAX_OUTPUT_BYTES = 65_536;
const MAX_SHOWN = 300;
const PASSED_ON = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'TZ', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'];

export class CommandTarget implements Target {
  readonly place: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor(
    private readonly argv: readonly string[],
    env: NodeJS.ProcessEnv,
  ) {
    this.place = cleanText(basename(argv[0] ?? ''));
    this.#env = Object.fromEntries(PASSED_ON.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  }

  identity(): string {
    return this.place;
  }

  send(message: Outgoing, signal: AbortSignal): Promise<Answer> {
    const why = whySteerable(this.argv[0] ?? '', 'run');
    return why === undefined ? this.#run(message, signal) : Promise.resolve(steerable(why));
  }

  #run({ webhookId, json }: Outgoing, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve) => {
      const [program = '', ...args] = this.argv;
      const env = { ...this.#env, WEBHOOK_ID: webhookId };
      // A group of its own: what it has started ends with it.
      const child = spawn(program, args, { cwd: '/', env, detached: true, stdio: 'pipe' });
      const output = new Output(() => kill(child));
      const late = () => kill(child);
      signal.addEventListener('abort', late, { once: true });
      if (signal.aborted) late();
      const end = (answer: Answer) => {
        signal.removeEventListener('abort', late);
        for (const stream of child.stdio) stream?.destroy();
        resolve(answer);
      };
      child.on('error', (error) => end(notStarted(error)));
      child.on('exit', () => kill(child));
      void childEnd(child).then(({ status }) => end(signal.aborted ? tooLong() : answerOf(status, output)));
      child.stdin.on('error', () => {});
      child.stdin.end(`${json}\n`);
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.add(chunk));
    });
  }
}

/** The whole group; what has left it is not followed. */
function kill({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended, and all that it had started.
  }
}

class Output {
  text = '';
  #bytes = 0;

  constructor(private readonly onTooMuch: () => void) {}

  get isTooMuch(): boolean {
    return this.#bytes > MAX_OUTPUT_BYTES;
  }

  add(chunk: Buffer): void {
    if (this.#bytes < MAX_SHOWN) this.text += chunk.toString('utf8');
    this.#bytes += chunk.length;
    if (this.isTooMuch) this.onTooMuch();
  }
}

function answerOf(status: number | null, output: Output): Answer {
  const text = shown(output.text);
  if (status === 0) return { kind: 'accepted', code: 'exit status 0', ...(text && { text }) };
  const failed = {
    kind: 'failed',
    ...(text && { text }),
    hint: 'run it by hand with a payload on its standard input',
  } as const;
  if (output.isTooMuch)
    return {
      ...failed,
      how: 'rejected',
      code: 'killed',
      why: `the program printed more than ${MAX_OUTPUT_BYTES} bytes`,
    };
  if (status === null) return { ...failed, how: 'later', code: 'killed', why: 'the program was ended by a signal' };
  const why = status === TEMPORARY ? 'the program wants it later' : 'the program failed';
  return { ...failed, how: status === TEMPORARY ? 'later' : 'rejected', code: `exit status ${status}`, why };
}

function notStarted(error: unknown): Failed {
  const code = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
  const why = code === 'ENOENT' ? 'there is no such program' : reasonOf(code).why;
  return {
    kind: 'failed',
    how: 'later',
    code,
    why,
    hint: 'name the program by its absolute path, and make it executable',
  };
}

function tooLong(): Failed {
  return {
    kind: 'failed',
    how: 'later',
    code: 'ETIMEDOUT',
    why: 'the program took too long',
    hint: 'let it hand over and end',
  };
}

function shown(text: string): string {
  const clean = cleanText(text.trim().replace(/\s+/g, ' '));
  return clean.length <= MAX_SHOWN ? clean : `${clean.slice(0, MAX_SHOWN)}…`;
}
