/** A terminal of tmux that is driven through its control mode: keys in, and a word whenever something is shown. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

const LIMIT_MS = 30_000;
const LOOK_MS = 5;

export function hasTmux() {
  return spawnSync('tmux', ['-V']).status === 0;
}

export class Tmux {
  #waiting = [];
  #block;
  #shown = () => {};

  /** @param line  for sh. */
  constructor(line, env, { columns = 80, rows = 24 } = {}) {
    this.server = `find-text-bench-${process.pid}-${Math.trunc(performance.now())}`;
    const size = ['-x', String(columns), '-y', String(rows)];
    const args = ['-L', this.server, '-f', '/dev/null', '-u', '-C', 'new-session', ...size, line];
    this.child = spawn('tmux', args, { env: { ...env, TERM: 'xterm-256color' }, stdio: ['pipe', 'pipe', 'inherit'] });
    // What tmux itself answers to the command that started it.
    this.#waiting.push(() => {});
    createInterface({ input: this.child.stdout }).on('line', (text) => this.#heard(text));
  }

  #heard(text) {
    if (text.startsWith('%begin')) this.#block = [];
    else if (/^%(end|error)/.test(text)) {
      this.#waiting.shift()?.(this.#block);
      this.#block = undefined;
    } else if (this.#block) this.#block.push(text);
    else if (text.startsWith('%output')) this.#shown();
  }

  command(text) {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.child.stdin.write(`${text}\n`);
    });
  }

  screen() {
    return this.command('capture-pane -p');
  }

  type(text) {
    return this.command(`send-keys -l -- '${text.replaceAll("'", "'\\''")}'`);
  }

  /** `Escape`, `C-c` */
  press(key) {
    return this.command(`send-keys ${key}`);
  }

  /** @returns what is shown once it is as wanted. */
  async until(what, isWanted) {
    const endMs = performance.now() + LIMIT_MS;
    for (let rows; performance.now() < endMs; ) {
      rows = await this.screen();
      if (isWanted(rows)) return rows;
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS);
        this.#shown = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    throw new Error(`waited until ${what}; the screen shows\n${(await this.screen()).join('\n')}`);
  }

  async close() {
    spawnSync('tmux', ['-L', this.server, 'kill-server'], { stdio: 'ignore' });
    this.child.kill();
  }
}
