/** Xapian Omega: omindex, asked by quest of xapian-tools. It has no daemon. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { omindexArgv, questArgv } from '../../lib/anchors.mjs';
import { privateEnv } from '../../lib/product.mjs';
import { runLimited } from '../service.mjs';
import { ALL, bytesBelow, decodePath, linesOf, written } from './common.mjs';

export const omega = {
  name: 'Xapian Omega',
  packages: ['xapian-omega', 'xapian-tools', 'poppler-utils', 'antiword', 'unrtf'],
  program: 'omindex',
  isWatching: false,
  index: 'omindex --db DB --url=/ DIR',
  query: 'quest -d DB -m 10 --default-op=and QUERY',
  settings: 'Source code and files without an ending are told to it as plain text; no file is left out.',
  work: 'Every file. Keeps 512 bytes of each as sample, no text for snippets.',
  open: ({ folder, home }) => new Omega(folder, home),
};

class Omega {
  #folder;
  #database;

  constructor(folder, home) {
    this.env = privateEnv(home);
    this.#folder = folder;
    this.#database = join(home, 'omega');
    mkdirSync(home, { recursive: true });
  }

  async index(limitMs) {
    const account = await runLimited(omindexArgv(this.#folder, this.#database), this.env, limitMs);
    return { ...account, indexBytes: bytesBelow(this.#database) };
  }

  timed(query) {
    return this.#command(written(query), 10);
  }

  first(text, limit) {
    return this.#command(text, limit);
  }

  firstAny(text, limit) {
    return this.#command(text, limit, 'or');
  }

  list(query) {
    return this.#command(written(query), ALL);
  }

  services() {
    return [];
  }

  async close() {}

  #command(text, limit, operator = 'and') {
    const argv = questArgv(this.#database, text, limit, operator);
    return { argv, env: this.env, paths: (printed) => linesOf(printed).flatMap((line) => this.#path(line)) };
  }

  #path(line) {
    return line.startsWith('url=/') ? [join(this.#folder, decodePath(line.slice('url='.length)))] : [];
  }
}
