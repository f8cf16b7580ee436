/** What a reader must know to judge the figures: machine, load, commit, versions. Names neither host nor user. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import Database from './sqlite.mjs';

export function describeMachine(root) {
  const flexsearch = JSON.parse(readFileSync(join(root, 'node_modules/flexsearch/package.json'), 'utf8')).version;
  return {
    date: new Date().toISOString(),
    cpu: `${cpus().length} x ${cpus()[0]?.model.trim()}`,
    memoryGb: Math.round(totalmem() / 1e9),
    kernel: release(),
    load: loadavg().map((value) => Math.round(value * 100) / 100),
    commit: commitOf(root),
    node: process.version,
    sqlite: sqliteVersion(),
    flexsearch,
  };
}

/** `2cpu-25gb`: enough to tell runs of different machines apart. */
export function machineName(machine) {
  return `${cpus().length}cpu-${machine.memoryGb}gb`;
}

function commitOf(root) {
  const git = (...args) => spawnSync('git', ['-C', root, ...args], { encoding: 'utf8' }).stdout?.trim();
  const hash = git('rev-parse', '--short=12', 'HEAD');
  if (!hash) return 'unknown';
  return git('status', '--porcelain', '--untracked-files=no') ? `${hash} with local changes` : hash;
}

function sqliteVersion() {
  const db = new Database(':memory:');
  const version = db.prepare('SELECT sqlite_version()').pluck().get();
  db.close();
  return version;
}
