/** Asks the real search-cli several queries and prints what it answers, as one JSON line. A process of its own: it may crash. */
import { run } from '../../search-cli/run.js';
import { askOnce } from '../../shared/answer/kept-index.js';

export interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

class Heard {
  text = '';

  write(data: string | Uint8Array): void {
    this.text += Buffer.from(data).toString('latin1');
  }

  flush(): void {}
}

function ask(query: string): Answer {
  const [stdout, stderr] = [new Heard(), new Heard()];
  const status = run({
    argv: ['--json', '-n', '0', '--', query],
    env: process.env,
    cwd: '/',
    nowMs: 0,
    version: '',
    stdout,
    stderr,
    terminal: undefined,
    canLook: () => true,
    askIndex: askOnce,
    goOn: () => 2,
  });
  return { status, stdout: stdout.text, stderr: stderr.text };
}

process.stdout.write(`${JSON.stringify(process.argv.slice(2).map(ask))}\n`);
