/**
 * Packages → a folder with their unpacked files, one sub-folder per package. Called by corpus.mjs.
 * `apt-get download` and `dpkg-deb -x` only: nothing is installed and no rights are needed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const TOOLS = { 'apt-get': 'apt', 'dpkg-deb': 'dpkg', tar: 'tar', xz: 'xz-utils' };

/** Some thousand man pages and the kernel: 3.5 GB unpacked, 700 MB packed. */
export function unpackPackages(names, debs, pool) {
  requireTools();
  download(names, debs);
  rmSync(pool, { recursive: true, force: true });
  for (const name of names) {
    const target = join(pool, name);
    mkdirSync(target, { recursive: true });
    execFileSync('dpkg-deb', ['-x', join(debs, findDeb(name, debs)), target]);
  }
  unpackTarballs(join(pool, 'linux-source-6.1/usr/src'));
  gunzipBelow(pool);
}

function requireTools() {
  const missing = Object.keys(TOOLS).filter((tool) => spawnSync(tool, ['--version']).error);
  if (missing.length === 0) return;
  const packages = missing.map((tool) => TOOLS[tool]).join(' ');
  throw new Error(
    `build the benchmark corpora: ${missing.join(', ')} not found. They are made of Debian 12 packages, so this needs ` +
      `a Debian 12 system with ${packages}; or take built corpora from another machine with --corpus DIR`,
  );
}

/** Packages appear in `debs` when they are complete: apt writes them under their final names. */
function download(names, debs) {
  const partial = join(debs, 'partial');
  mkdirSync(partial, { recursive: true });
  const wanted = names.filter((name) => !findDeb(name, debs));
  if (wanted.length === 0) return;
  process.stderr.write(`downloading ${wanted.length} packages with apt-get\n`);
  const run = spawnSync('apt-get', ['download', '-q', ...wanted], { cwd: partial, encoding: 'utf8' });
  if (run.status !== 0) {
    throw new Error(
      `download packages for the benchmark corpora: ${run.stderr.trim() || 'apt-get gave no reason'}\n` +
        'If apt does not know them: this must be Debian 12, with package lists (`apt-get update` as root).',
    );
  }
  for (const file of readdirSync(partial)) renameSync(join(partial, file), join(debs, file));
}

function findDeb(name, debs) {
  return readdirSync(debs).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
}

function unpackTarballs(folder) {
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.tar.xz'))) {
    execFileSync('tar', ['-C', folder, '-xJf', join(folder, file)]);
    rmSync(join(folder, file));
  }
}

/** What cannot be unpacked (test data of compressors) stays as it is. */
function gunzipBelow(folder) {
  for (const path of filesBelow(folder)) {
    if (!basename(path).endsWith('.gz')) continue;
    const bytes = tryGunzip(readFileSync(path));
    if (!bytes) continue;
    writeFileSync(join(dirname(path), basename(path, '.gz')), bytes);
    rmSync(path);
  }
}

function tryGunzip(bytes) {
  try {
    return gunzipSync(bytes);
  } catch {
    return undefined;
  }
}

/** Regular files below a folder, links not followed, in no particular order. */
export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
