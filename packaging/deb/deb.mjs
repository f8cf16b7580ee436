/**
 * `npm run deb`: makes find-textd_VERSION-1_ARCHITECTURE.deb in the current folder, for this architecture and this Node.
 * debhelper builds it from the npm package and from the native parts that `npm ci` has put here. lintian, where it is
 * installed, must find nothing that is not explained in debian/find-textd.lintian-overrides.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { debianFiles, ELSEWHERE, LEFT_OUT, PACKAGE, runtimeFiles } from './contents.mjs';

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
  makeDeb(work, await systemFiles());
} catch (error) {
  console.error(`npm run deb: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

function makeDeb(folder, files) {
  const { version } = JSON.parse(readFileSync(join(TOP, 'package.json'), 'utf8'));
  const source = join(folder, `${PACKAGE}-${version}`);
  mkdirSync(source);
  unpackPackage(folder, source);
  for (const file of runtimeFiles(process.arch))
    cpSync(join(TOP, 'node_modules', file), join(source, 'node_modules', file));
  for (const [name, text] of Object.entries(files)) write(join(source, name), text);
  writeDebian(source, version);
  run('dpkg-buildpackage', ['--build=binary', '--unsigned-changes', '--no-check-builddeps'], source);
  run(NODE, [join(source, `debian/${PACKAGE}/usr/lib/${PACKAGE}/dist/find-textd.js`), '--version'], folder);
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
  mkdirSync(join(source, 'elsewhere'));
  for (const name of ELSEWHERE) renameSync(join(dist, name), join(source, 'elsewhere', name));
  for (const name of LEFT_OUT) rmSync(join(dist, name), { recursive: true, force: true });
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
    licences: readFileSync(join(source, 'elsewhere/licences.txt'), 'utf8'),
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

/** For all users what `find-textd install` writes for one. @returns path where it is built → text */
async function systemFiles() {
  const program = { node: NODE, file: `/usr/lib/${PACKAGE}/dist/find-textd.js` };
  const { unitOf } = await load('unit');
  const { desktopFiles } = await load('desktop-files');
  const desktop = Object.entries(desktopFiles(program)).map(([name, text]) => [`desktop/${name}`, text]);
  return { 'find-textd.service': unitOf(program), ...Object.fromEntries(desktop) };
}

async function load(name) {
  const entryPoints = [join(TOP, `indexer/commands/install/${name}.ts`)];
  const options = { entryPoints, bundle: true, platform: 'node', format: 'esm', write: false };
  const [{ text }] = (await build(options)).outputFiles;
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
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
