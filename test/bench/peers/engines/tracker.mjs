/** GNOME's Tracker (LocalSearch since GNOME 47): the miner in a D-Bus session of its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { privateEnv } from '../../lib/product.mjs';
import { startSession, untilIdle } from '../service.mjs';
import { ALL, bytesBelow, decodePath, pathsOfUrls, written } from './common.mjs';

const MINER = '/usr/libexec/tracker-miner-fs-3';
const QUIET_MS = 4000;
const FILES = 'org.freedesktop.Tracker3.Miner.Files';
const EXTRACT = 'org.freedesktop.Tracker3.Extract';
const FULL_TEXT = 'org.freedesktop.Tracker3.FTS';

const settings = (folder) => [
  [FILES, 'index-recursive-directories', `['${folder}']`],
  [FILES, 'index-single-directories', '[]'],
  [FILES, 'ignored-files', '[]'],
  [FILES, 'ignored-directories', '[]'],
  [FILES, 'ignored-directories-with-content', '[]'],
  [FILES, 'initial-sleep', '0'],
  [FILES, 'index-applications', 'false'],
  [EXTRACT, 'text-allowlist', "['*']"],
  [FULL_TEXT, 'ignore-stop-words', 'false'],
  [FULL_TEXT, 'ignore-numbers', 'false'],
];

export const tracker = {
  name: 'Tracker',
  packages: ['tracker', 'tracker-miner-fs', 'tracker-extract', 'libglib2.0-bin', 'dbus-daemon'],
  program: MINER,
  isWatching: true,
  index: 'tracker-miner-fs-3, until it is idle',
  query: 'tracker3 search --limit 10 --disable-snippets QUERY',
  settings:
    'The folder; contents of every text file (the default is `*.txt`, `*.md`); no ignored names; stop words and numbers indexed.',
  work: 'Contents of plain text, Markdown, HTML and documents, none of source code; the first 1 MiB of a text.',
  open: ({ folder, home }) => new Tracker(folder, home),
};

class Tracker {
  #folder;
  #home;
  #session;

  constructor(folder, home) {
    const own = privateEnv(home);
    this.#folder = folder;
    this.#home = home;
    // It indexes nothing below the folder for temporary files.
    this.env = { ...own, GSETTINGS_BACKEND: 'keyfile', TMPDIR: own.XDG_RUNTIME_DIR, LC_ALL: 'C.UTF-8' };
  }

  async index(limitMs) {
    for (const [schema, key, value] of settings(this.#folder)) this.#set(schema, key, value);
    await this.#start();
    const { wallS, isDone } = await this.#untilIdle(limitMs);
    const { rssMb, pssMb } = this.#session.peaks();
    const indexBytes = bytesBelow(join(this.#home, 'cache/tracker3'));
    return { cpuS: this.#session.cpuS(), wallS, peakRssMb: rssMb, peakPssMb: pssMb, isDone, indexBytes };
  }

  timed(query) {
    return this.#search(['--limit', '10', '--disable-snippets'], terms(query));
  }

  first(text, limit) {
    return this.#search(['--limit', String(limit), '--disable-snippets'], text.trim().split(/\s+/));
  }

  firstAny(text, limit) {
    return this.#search(['--limit', String(limit), '--disable-snippets', '--or-operator'], text.split(/\s+/));
  }

  list(query) {
    return this.#search(['--limit', String(ALL), '--disable-snippets'], terms(query));
  }

  /** It has watched since it began. */
  watch() {
    return { service: this.#session, quietMs: QUIET_MS };
  }

  services() {
    return this.#session?.pids() ?? [];
  }

  async close() {
    await this.#session?.stop();
  }

  async #start() {
    this.#session = await startSession([MINER, '--initial-sleep=0'], this.env);
    this.env = this.#session.env;
  }

  #untilIdle(limitMs) {
    const options = { quietMs: QUIET_MS, limitMs, isFinished: () => this.#isFinished() };
    return untilIdle(this.#session, options);
  }

  #isFinished() {
    const { stdout } = spawnSync('tracker3', ['status'], { env: this.env, encoding: 'utf8', timeout: 30_000 });
    return !/still|in progress|remaining/i.test(stdout) || /idle|complete/i.test(stdout);
  }

  #set(schema, key, value) {
    const run = spawnSync('gsettings', ['set', schema, key, value], { env: this.env, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`set ${schema} ${key}: ${run.error?.message ?? run.stderr.trim()}`);
  }

  #search(options, words) {
    const argv = ['tracker3', 'search', '--disable-color', ...options, '--', ...words];
    return { argv, env: this.env, paths: (printed) => pathsOfUrls(printed, decodePath) };
  }
}

function terms(query) {
  return query.kind === 'and' ? query.q : [written(query)];
}
