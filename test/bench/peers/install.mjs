/** Which engines are there? As root, what is missing comes from Debian; otherwise it is said, and the others are measured. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageVersion } from './engines/common.mjs';

/** @returns the engines that can be measured. */
export function availableOf(engines, say) {
  const missing = [...new Set(engines.flatMap(({ packages }) => packages))].filter((name) => !packageVersion(name));
  if (missing.length > 0) obtain(missing, say);
  return engines.filter((engine) => {
    if (isThere(engine)) return true;
    say(`${engine.name} is left out: ${engine.program} is not there (Debian: ${engine.packages.join(' ')})`);
    return false;
  });
}

/** By engine what was installed from which version. */
export function versionsOf(engine) {
  const [main] = engine.packages;
  return main ? `${main} ${packageVersion(main) ?? '(not from Debian)'}` : undefined;
}

function obtain(missing, say) {
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid() !== 0 || !hasApt()) {
    say(`not installed: ${missing.join(', ')}. To measure all engines: sudo ${command}`);
    return;
  }
  say(`installing ${missing.join(', ')}`);
  const apt = (...args) => spawnSync('apt-get', ['-q', ...args], { env, encoding: 'utf8', maxBuffer: 1 << 26 });
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  apt('update');
  const { status, stderr } = apt('install', '-y', '--no-install-recommends', ...missing);
  if (status !== 0) say(`install them: ${stderr.trim().split('\n').at(-1)}`);
}

function hasApt() {
  return !spawnSync('apt-get', ['--version']).error;
}

function isThere({ program }) {
  if (!program || program.startsWith('/')) return !program || existsSync(program);
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}
