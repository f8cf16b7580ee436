/** find-text, as it is installed: no option is set. */
import { join } from 'node:path';
import { startDaemon } from '../../lib/daemon.mjs';
import { privateEnv } from '../../lib/product.mjs';
import { ourQuery } from '../../lib/queries.mjs';
import { runLimited } from '../service.mjs';
import { bytesBelow } from './common.mjs';

const QUIET_MS = 3000;

export const findText = {
  name: 'find-text',
  packages: [],
  isOurs: true,
  isWatching: true,
  index: 'find-textd rebuild DIR',
  query: 'find-text -n 10 QUERY',
  settings: 'none',
  work: 'Every file, also its name, title and path. Keeps positions, and what was extracted for snippets.',
  open: ({ product, folder, home }) => new FindText(product, folder, privateEnv(home)),
};

class FindText {
  #product;
  #folder;
  #env;
  #daemon;

  constructor(product, folder, env) {
    Object.assign(this, { env });
    this.#product = product;
    this.#folder = folder;
    this.#env = env;
  }

  async index(limitMs) {
    const account = await runLimited([...this.#product.findTextd, 'rebuild', this.#folder], this.#env, limitMs);
    return { ...account, indexBytes: bytesBelow(join(this.#env.XDG_DATA_HOME, 'find-text')) };
  }

  timed(query) {
    return this.#command(['-n', '10', ourQuery(query)]);
  }

  first(text, limit) {
    const command = this.#command(['--json', '-n', String(limit), '--', text]);
    return {
      ...command,
      paths: (printed) =>
        printed
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line).path),
    };
  }

  list(query) {
    const text = query.kind === 'prefix' ? `${query.q[0]}*` : ourQuery(query);
    const command = this.#command(['-l', '-0', '-n', '0', '--', text]);
    return { ...command, paths: (printed) => printed.split('\0').filter(Boolean) };
  }

  async watch() {
    this.#daemon = await startDaemon(this.#product, this.#folder, this.#env);
    return { service: this.#daemon, quietMs: QUIET_MS };
  }

  services() {
    return [];
  }

  async close() {
    await this.#daemon?.stop();
  }

  #command(args) {
    return { argv: [...this.#product.findText, ...args], env: this.#env };
  }
}
