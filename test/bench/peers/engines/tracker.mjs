/**
 * GNOME's Tracker (LocalSearch since GNOME 47): the miner in a D-Bus session of its own. It is asked in SPARQL: `tracker3 search`
 * of 3.4 finds several words only side by side, and lists by address.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { privateEnv } from '../../lib/product.mjs';
import { startSession, untilIdle } from '../service.mjs';
import { ALL, bytesBelow, decodePath, pathsOfUrls, written } from './common.mjs';
import { filesWithAll, filesWithAny } from './tracker-query.mjs';

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
  query: `tracker3 sparql --dbus-service=${FILES} -q 'SELECT ?file { … }', with an fts:match for each word or phrase, by fts:rank`,
  settings:
    'The folder; contents of every text file (the default is `*.txt`, `*.md`); no ignored names; stop words and numbers indexed.',
  work: 'Contents of plain text, Markdown, HTML and documents, none of source code; the first 1 MiB of a text. Every word is a beginning.',
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
    return this.#search(filesWithAll(written(query), 10));
  }

  first(text, limit) {
    return this.#search(filesWithAll(text, limit));
  }

  firstAny(text, limit) {
    return this.#search(filesWithAny(text, limit));
  }

  list(query) {
    return this.#search(filesWithAll(written(query), ALL));
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

  #search(sparql) {
    const argv = ['tracker3', 'sparql', `--dbus-service=${FILES}`, '-q', sparql];
    return { argv, env: this.env, paths: (printed) => pathsOfUrls(printed, decodePath) };
  }
}
