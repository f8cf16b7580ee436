/**
 * What `npm start` and `npm test` do first: installs the packages and builds the programs where that has not been done.
 * It says what takes time, and what to do when it fails. Quiet and quick when there is nothing to do.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nativeFile, sqlitePackage, whyNotLoaded } from '../shared/store/native-sqlite.mjs';
import { isBuilt } from './built-from.mjs';
import { headersBeside } from './node-headers.mjs';
import { adviceFor } from './set-up-advice.mjs';

const TOP = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const NATIVE = join('node_modules', sqlitePackage(), nativeFile());
const IS_COMPILED = sqlitePackage() === 'better-sqlite3';
/** Their scripts bring native parts. That of a better-sqlite3 which this Node does not load would be compiled for nothing. */
const WITH_SCRIPTS = ['koffi', 'esbuild', ...(IS_COMPILED ? ['better-sqlite3'] : [])];
const SIGN_OF_LIFE_MS = 30_000;
/** Its last words hold the reason. */
const KEPT_CHARACTERS = 100_000;

/** npm's own are 10 and 60 s: a minute without a word where there is no network. */
const RETRIES = { npm_config_fetch_retry_mintimeout: '1000', npm_config_fetch_retry_maxtimeout: '5000' };

if (process.platform !== 'linux') fail(`set up: it works on Linux only, this is ${process.platform}`, []);
if (!isInstalled()) await install();
if (!isBuilt(TOP)) await build();

async function install() {
  requireWritable('install the packages');
  const compiled = IS_COMPILED ? 'better-sqlite3 may be compiled; ' : '';
  say(`installing packages (npm ci), more than a hundred; ${compiled}about a minute, longer on a busy machine; once`);
  await npm('ci', '--no-fund', '--no-audit', '--ignore-scripts');
  await npm('rebuild', ...WITH_SCRIPTS);
  const error = whyNative();
  if (!error) return;
  const { why, hint } = whyNotLoaded(error);
  fail(`install the packages: ${why}`, [hint]);
}

async function npm(...args) {
  const script = process.env.npm_execpath;
  const [command, all] = script?.endsWith('.js') ? [process.execPath, [script, ...args]] : ['npm', args];
  const { status, output } = await run(command, all, 'installing');
  if (status === 0) return;
  fail(`install the packages: npm ${args[0]} ended with status ${status}`, adviceFor(output, process.env.PATH ?? ''));
}

async function build() {
  requireWritable('build the programs');
  say('building the programs: 5 to 20 seconds, once for each version');
  const { status } = await run(process.execPath, [join(TOP, 'indexer/build.mjs')], 'building');
  if (status === 0) return;
  fail(`build the programs: the build ended with status ${status}; it says above why`, [
    '`git status` tells what differs from the version you have; `npm ci` installs the packages anew',
  ]);
}

/** Are the packages those of the lock file, and does the native one fit this Node? */
function isInstalled() {
  try {
    const [wanted, present] = [readPackages('package-lock.json'), readPackages('node_modules/.package-lock.json')];
    const isThere = ([path, { version, optional }]) => (present[path]?.version ?? (optional && version)) === version;
    return Object.entries(wanted).every(isThere) && !whyNative();
  } catch {
    return false;
  }
}

/** @returns the error of loading it here */
function whyNative() {
  try {
    process.dlopen({ exports: {} }, join(TOP, NATIVE));
    return undefined;
  } catch (error) {
    return error;
  }
}

function readPackages(file) {
  const { '': _itself, ...packages } = JSON.parse(readFileSync(join(TOP, file), 'utf8')).packages;
  return packages;
}

function requireWritable(doing) {
  for (const folder of [TOP, join(TOP, 'node_modules')]) {
    try {
      accessSync(folder, constants.W_OK);
    } catch (error) {
      if (error.code === 'ENOENT') continue;
      fail(`${doing}: ${folder} cannot be written to (${error.code})`, [
        'copy or clone it to a folder of yours, and start it there',
      ]);
    }
  }
}

/** Passes on what it prints, and a sign of life when it prints nothing. Ends with this process. */
async function run(command, args, doing) {
  const child = spawn(command, args, { cwd: TOP, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  endTogether(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      process.stderr.write(chunk);
      output = (output + chunk).slice(-KEPT_CHARACTERS);
    });
  const beganMs = performance.now();
  const life = setInterval(
    () => say(`still ${doing}, ${Math.round((performance.now() - beganMs) / 1000)} s`),
    SIGN_OF_LIFE_MS,
  );
  const status = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message;
      process.stderr.write(`${error.message}\n`);
      resolve(127);
    });
    child.on('close', (code, signal) => resolve(code ?? 128 + osConstants.signals[signal]));
  });
  clearInterval(life);
  return { status, output };
}

/**
 * npm takes back what it has done when it is told to end, for many seconds, in which it would destroy what the next
 * set-up does. What it leaves behind at once the next one clears away.
 */
function endTogether(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    const end = () => {
      child.kill('SIGKILL');
      child.once('exit', () => process.kill(process.pid, signal));
    };
    process.once(signal, end);
    child.once('exit', () => process.off(signal, end));
  }
}

/** Here and nowhere else, also when it is `npm link` that asks. */
function environment() {
  const {
    npm_config_global: _global,
    npm_config_location: _location,
    npm_config_loglevel: level,
    ...rest
  } = process.env;
  return { ...RETRIES, ...nodeHeaders(), ...rest, npm_config_loglevel: levelOf(level) };
}

function nodeHeaders() {
  const folder = headersBeside(process.execPath, process.versions.node);
  return folder === undefined ? {} : { npm_config_nodedir: folder };
}

/** Whoever asks for silence wants to hear of errors all the same. */
function levelOf(level) {
  return level === undefined || level === 'silent' ? 'error' : level;
}

function say(text) {
  process.stderr.write(`find-text: ${text}\n`);
}

function fail(text, advice) {
  say(`${text}${advice.map((line) => `\n  ${line}`).join('')}`);
  process.exit(1);
}
