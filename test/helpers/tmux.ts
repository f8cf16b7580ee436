/** A shell in a terminal of tmux: keys in, rows of the screen out. For tests of what takes the whole screen. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { until } from './test-env.js';

export const WITHOUT_TMUX = spawnSync('tmux', ['-V']).status === 0 ? undefined : 'tmux is missing';

let made = 0;

export class Tmux {
  readonly #server = `find-text-test-${process.pid}-${made++}`;

  /** 80 columns and 24 rows. */
  constructor(private readonly env: NodeJS.ProcessEnv) {
    onTestFinished(() => this.#end());
    const size = ['-x', '80', '-y', '24'];
    this.run('-f', '/dev/null', '-u', 'new-session', '-d', ...size, 'sh', ';', 'set', '-s', 'set-clipboard', 'on');
  }

  /** tmux leaves the file of its socket. Its folder is in /tmp: the place of a socket must be short. */
  #end(): void {
    this.run('kill-server');
    rmSync(`/tmp/tmux-${process.geteuid?.()}/${this.#server}`, { force: true });
  }

  run(...args: readonly string[]): string {
    // The shell of a user who may not log in runs nothing.
    const env = { ...this.env, TERM: 'xterm-256color', PS1: '$ ', SHELL: '/bin/sh' };
    return spawnSync('tmux', ['-L', this.#server, ...args], { env, encoding: 'utf8' }).stdout;
  }

  type(text: string): void {
    this.run('send-keys', '-l', '--', text);
  }

  /** `Enter`, `C-c` */
  press(...keys: readonly string[]): void {
    this.run('send-keys', ...keys);
  }

  rows(): string[] {
    return this.run('capture-pane', '-p').replace(/\n$/, '').split('\n');
  }

  async until(what: string, isWanted: (rows: readonly string[]) => boolean): Promise<readonly string[]> {
    let rows: readonly string[] = [];
    await until(
      () => `${what}; the screen shows\n${rows.join('\n')}`,
      () => {
        rows = this.rows();
        return isWanted(rows);
      },
    );
    return rows;
  }
}
