/** plocate: names only. Its database is made by hand, as the timer of the system makes it once a day. */
import { join } from 'node:path';
import { privateEnv } from '../../lib/product.mjs';
import { runLimited } from '../service.mjs';
import { ALL, bytesBelow, linesOf } from './common.mjs';

export const plocate = {
  name: 'plocate',
  label: 'plocate (names)',
  packages: ['plocate'],
  program: 'plocate',
  isNamesOnly: true,
  isWatching: false,
  index: 'updatedb -U DIR -o DB',
  query: 'plocate -d DB -i -l 10 WORDS',
  settings: 'The folder; nothing pruned.',
  work: 'Names and paths only, any part of them. No contents, no order.',
  open: ({ folder, home }) => new Plocate(folder, home),
};

class Plocate {
  #folder;
  #database;

  constructor(folder, home) {
    this.env = privateEnv(home);
    this.#folder = folder;
    this.#database = join(home, 'plocate.db');
  }

  async index(limitMs) {
    const all = ['--prunepaths', '', '--prunefs', '', '--prunenames', ''];
    const argv = ['updatedb.plocate', '-l', '0', '-U', this.#folder, '-o', this.#database, ...all];
    const account = await runLimited(argv, this.env, limitMs);
    return { ...account, indexBytes: bytesBelow(this.#database) };
  }

  timed({ q }) {
    return this.#search(q, 10);
  }

  first(text, limit) {
    return this.#search(text.split(/\s+/), limit);
  }

  list({ q }) {
    return this.#search(q, ALL);
  }

  services() {
    return [];
  }

  async close() {}

  #search(words, limit) {
    const argv = ['plocate', '-d', this.#database, '-i', '-l', String(limit), '--', ...words];
    return { argv, env: this.env, paths: linesOf };
  }
}
