/**
 * `npm run deb`: makes find-textd_VERSION-1_ARCHITECTURE.deb in the current folder, for this architecture and this Node.
 * debhelper builds it from the npm package and from the native parts that `npm ci` has put here. lintian, where it is
 * installed, must find nothing that is not explained in debian/find-textd.lintian-overrides.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { debianFiles, PACKAGE, runtimeFiles } from './contents.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const TOP = join(HERE, '../..');
/** They are root's or everybody's, and run under the nodejs that the package depends on, whatever else is on the PATH. */
const NODE = '/usr/bin/node';

if (!existsSync('/usr/bin/dh')) {
  console.error('npm run deb: debhelper is missing: sudo apt-get install debhelper');
  process.exit(1);
}
const work = mkdtempSync(join(tmpdir(), 'find-text-deb-'));
try {
  makeDeb(work, await unitText());
} catch (error) {
  console.error(`npm run deb: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

function makeDeb(folder, unit) {
  const { version } = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8'));
  const source = join(folder, `${PACKAGE}-${version}`);
  mkdirSync(source);
  unpackPackage(folder, source);
  for (const file of runtimeFiles(process.arch))
    cpSync(join(TOP, 'node_modules', file), join(source, 'node_modules', file));
  writeFileSync(join(source, 'find-textd.service'), unit);
  writeDebian(source, version);
  run('dpkg-buildpackage', ['--build=binary', '--unsigned-changes', '--no-check-builddeps'], source);
  check(folder);
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.deb'))) {
    cpSync(join(folder, name), join(process.cwd(), name));
    console.log(`made ${name}; \`sudo apt install ./${name}\` installs it`);
  }
}

function unpackPackage(folder, source) {
  run('npm', ['pack', '--silent', '--pack-destination', folder], TOP);
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  run('tar', ['-xf', join(folder, tarball), '--no-same-owner', '-C', source], folder);
  const dist = join(source, 'package/dist');
  for (const name of readdirSync(dist)) {
    const text = name.endsWith('.js') ? readFileSync(join(dist, name), 'latin1') : '';
    if (text.startsWith('#!')) writeFileSync(join(dist, name), text.replace(/^#!.*/, `#!${NODE}`), 'latin1');
  }
  rmSync(join(dist, 'audit.js'));
}

function writeDebian(source, version) {
  const debian = join(source, 'debian');
  cpSync(join(HERE, 'debian'), debian, { recursive: true });
  const seconds = process.env.SOURCE_DATE_EPOCH;
  const made = {
    version,
    abi: process.versions.modules,
    maintainer: maintainer(),
    date: seconds ? new Date(Number(seconds) * 1000) : new Date(),
    licence: readFileSync(join(TOP, 'LICENSE'), 'utf8'),
    licences: readFileSync(join(source, 'package/dist/licences.txt'), 'utf8'),
  };
  for (const [name, text] of Object.entries(debianFiles(made))) writeFileSync(join(debian, name), text);
}

/** Who makes the package, as for each tool of Debian; else as for git. */
function maintainer() {
  const { DEBFULLNAME, DEBEMAIL } = process.env;
  const git = (key) => spawnSync('git', ['config', key], { cwd: TOP, encoding: 'utf8' }).stdout?.trim();
  const [name, address] = [DEBFULLNAME || git('user.name'), DEBEMAIL || git('user.email')];
  if (name && address) return `${name} <${address}>`;
  throw new Error('who makes the package? set DEBFULLNAME and DEBEMAIL, or user.name and user.email of git');
}

async function unitText() {
  const options = { bundle: true, platform: 'node', format: 'esm', write: false };
  const [{ text }] = (await build({ ...options, entryPoints: [join(TOP, 'indexer/commands/install/unit.ts')] }))
    .outputFiles;
  const { unitOf } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  return unitOf({ node: NODE, file: `/usr/lib/${PACKAGE}/dist/find-textd.js` });
}

/** @throws Error when lintian finds what is not explained */
function check(folder) {
  const [changes] = readdirSync(folder).filter((name) => name.endsWith('.changes'));
  if (!existsSync('/usr/bin/lintian')) return console.log('lintian is not installed: the package is not checked');
  run('lintian', ['--allow-root', '--fail-on', 'error,warning', '--tag-display-limit', '0', changes], folder);
}

/** What it prints is shown when it fails. @throws Error */
function run(command, args, cwd) {
  const env = { ...process.env, DEB_BUILD_OPTIONS: 'noautodbgsym' };
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ''}${stderr ?? error}`);
  throw new Error(`${command} ended with ${status}: the package is not made`);
}
