/** ripgrep: no index. It reads every file for every query, from memory when the machine has read it before. */
import { privateEnv } from '../../lib/product.mjs';
import { linesOf } from './common.mjs';

const LIST = ['rg', '-l', '-i', '--no-ignore', '--hidden'];

export const ripgrep = {
  name: 'ripgrep',
  packages: ['ripgrep'],
  program: 'rg',
  hasNoIndex: true,
  isWatching: false,
  index: '–',
  query: 'rg -l -i -w WORD DIR',
  settings: 'No ignore files; hidden files.',
  work: 'Reads all text files each time. No order, no documents (PDF, office). Knows regular expressions.',
  open: ({ folder, home }) => new Ripgrep(folder, privateEnv(home)),
};

class Ripgrep {
  #folder;

  constructor(folder, env) {
    this.env = env;
    this.#folder = folder;
  }

  async index() {
    return { cpuS: 0, wallS: 0, peakRssMb: 0, peakPssMb: 0, indexBytes: 0, isDone: true };
  }

  timed(query) {
    return query.kind === 'and' ? this.#both(query.q) : this.#command(['-e', pattern(query)]);
  }

  /** What is typed stands in one line, as it is. It has no order but that of the paths. */
  first(text) {
    return this.#command(['-F', '--sort', 'path', '-e', text]);
  }

  list(query) {
    return this.timed(query);
  }

  services() {
    return [];
  }

  async close() {}

  #both([one, other]) {
    const list = LIST.join(' ');
    const script = `${list} -0 -w -e "$1" "$3" | xargs -0 -r ${list} -w -e "$2"`;
    return { argv: ['sh', '-c', script, 'sh', one, other, this.#folder], env: this.env, paths: linesOf };
  }

  #command(args) {
    return { argv: [...LIST, ...args, this.#folder], env: this.env, paths: linesOf };
  }
}

function pattern({ kind, q }) {
  if (kind === 'prefix') return `\\b${q[0]}`;
  return `\\b${q.join('\\s+')}\\b`;
}
