/** KDE's Baloo, without a screen, in a D-Bus session of its own. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { privateEnv } from '../../lib/product.mjs';
import { startSession, untilIdle } from '../service.mjs';
import { ALL, bytesBelow, linesOf } from './common.mjs';

const QUIET_MS = 5000;

export const baloo = {
  name: 'Baloo',
  packages: ['baloo-kf5', 'libkf5filemetadata-bin', 'catdoc', 'dbus-daemon'],
  program: 'baloo_file',
  isWatching: true,
  index: 'baloo_file, until it is idle',
  query: 'baloosearch -l 10 QUERY',
  settings: 'The folder; no excluded names and MIME types (the default leaves source code out); hidden folders.',
  work: 'Every text file up to 10 MiB. A bare word is a beginning, so it finds more. Lists are not ranked by content.',
  open: ({ folder, home }) => new Baloo(folder, home),
};

class Baloo {
  #home;
  #session;

  constructor(folder, home) {
    this.#home = home;
    this.env = { ...privateEnv(home), QT_QPA_PLATFORM: 'offscreen', LC_ALL: 'C.UTF-8' };
    writeFileSync(join(home, 'config/baloofilerc'), configuration(folder));
  }

  async index(limitMs) {
    this.#session = await startSession(['baloo_file'], this.env);
    this.env = this.#session.env;
    const isFinished = () => this.#waiting() === 0;
    const options = { quietMs: QUIET_MS, limitMs, isFinished };
    const { wallS, isDone } = await untilIdle(this.#session, options);
    const { rssMb, pssMb } = this.#session.peaks();
    const indexBytes = bytesBelow(join(this.#home, 'data/baloo/index'));
    return { cpuS: this.#session.cpuS(), wallS, peakRssMb: rssMb, peakPssMb: pssMb, isDone, indexBytes };
  }

  timed(query) {
    return this.#search(written(query), 10);
  }

  first(text, limit) {
    return this.#search(text, limit);
  }

  firstAny(text, limit) {
    return this.#search(text.split(/\s+/).join(' OR '), limit);
  }

  list(query) {
    return this.#search(written(query), ALL);
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

  /** Files whose content is not indexed yet. */
  #waiting() {
    const { stdout } = spawnSync('balooctl', ['status'], { env: this.env, encoding: 'utf8', timeout: 30_000 });
    return Number(/waiting for content indexing:\s*([\d,]+)/i.exec(stdout)?.[1].replaceAll(',', '') ?? 0);
  }

  #search(text, limit) {
    const argv = ['baloosearch', '-l', String(limit), text];
    return { argv, env: this.env, paths: (printed) => linesOf(printed).filter((line) => line.startsWith('/')) };
  }
}

/** Every bare word is a beginning. */
function written({ kind, q }) {
  return kind === 'phrase' ? `"${q.join(' ')}"` : q.join(' ');
}

function configuration(folder) {
  return `[Basic Settings]
Indexing-Enabled=true

[General]
dbVersion=2
folders[$e]=${folder}
exclude folders[$e]=
exclude filters=
exclude filters version=8
exclude mimetypes=
index hidden folders=true
only basic indexing=false
`;
}
