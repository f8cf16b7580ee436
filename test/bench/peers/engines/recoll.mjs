/** Recoll with its default settings, but for the folder and the names it leaves out. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateEnv } from '../../lib/product.mjs';
import { runLimited, startService } from '../service.mjs';
import { ALL, bytesBelow, pathsOfUrls, written } from './common.mjs';

const QUIET_MS = 4000;

export const recoll = {
  name: 'Recoll',
  packages: ['recollcmd', 'poppler-utils', 'antiword', 'unrtf', 'python3-lxml'],
  program: 'recollindex',
  isWatching: true,
  index: 'recollindex -z',
  query: 'recollq -n 10 QUERY',
  settings: '`topdirs`; no skipped names and paths. Watches with its default of one look in 30 s.',
  work: 'Contents by MIME type: not of `.go`, `.el`, `.yaml`, `.tex`. Keeps the text for snippets.',
  open: ({ folder, home }) => new Recoll(folder, home),
};

class Recoll {
  #configuration;
  #monitor;

  constructor(folder, home) {
    this.#configuration = join(home, 'recoll');
    // Its handlers need the python3 of the system.
    this.env = { ...privateEnv(home), PATH: `/usr/bin:${process.env.PATH}`, LC_ALL: 'C.UTF-8' };
    mkdirSync(this.#configuration, { recursive: true });
    const lines = [
      `topdirs = ${folder}`,
      'skippedNames =',
      'skippedPaths =',
      'loglevel = 1',
      `logfilename = ${home}/log`,
    ];
    writeFileSync(join(this.#configuration, 'recoll.conf'), `${lines.join('\n')}\n`);
  }

  async index(limitMs) {
    const account = await runLimited(['recollindex', '-c', this.#configuration, '-z'], this.env, limitMs);
    return { ...account, indexBytes: bytesBelow(join(this.#configuration, 'xapiandb')) };
  }

  timed(query) {
    return this.#command(['-n', '10', written(query)]);
  }

  first(text, limit) {
    return this.#urls(['-n', String(limit), '-b', text]);
  }

  firstAny(text, limit) {
    return this.#urls(['-o', '-n', String(limit), '-b', text]);
  }

  list(query) {
    return this.#urls(['-n', `0-${ALL}`, '-b', written(query)]);
  }

  watch() {
    const argv = ['recollindex', '-c', this.#configuration, '-m', '-D', '-x', '-w', '0'];
    this.#monitor = startService(argv, this.env);
    return { service: this.#monitor, quietMs: QUIET_MS };
  }

  services() {
    return [];
  }

  async close() {
    await this.#monitor?.stop();
  }

  #urls(args) {
    return { ...this.#command(args), paths: (printed) => pathsOfUrls(printed) };
  }

  #command(args) {
    return { argv: ['recollq', '-c', this.#configuration, ...args], env: this.env };
  }
}
