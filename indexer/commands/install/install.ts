/**
 * `find-textd install`: everything between "the programs are there" and "it runs by itself", for this user and without
 * root. It may be typed again, after an upgrade: index and configuration stay, the daemon is that of this version.
 */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { loadConfig } from '../../../shared/config/load.js';
import { configSample } from '../../../shared/config/sample.js';
import { FindTextError, orUndefined } from '../../../shared/errors.js';
import { expandHome } from '../../../shared/expand-home.js';
import { cleanText, isUtf8Path } from '../../../shared/path-text.js';
import { currentIndexFile } from '../../../shared/store/generation.js';
import { lifeOf, readHolder } from '../../../shared/store/lock.js';
import { shellWords } from '../../backup/shell-word.js';
import { restartByHand } from '../restart-by-hand.js';
import { rememberedRoots } from '../roots.js';
import { daemonCommandOfRoot, searchCommand } from '../search-command.js';
import { setUpDesktop } from './desktop.js';
import type { Machine } from './machine.js';
import { autostartFile, hasUserManager, STARTERS, type Starter } from './places.js';
import { setUp } from './starters.js';
import { autostartText } from './unit.js';

export interface InstallArgs {
  readonly directories: readonly string[];
  /** Asks nothing. */
  readonly yes?: boolean | undefined;
  readonly startBy?: Starter | undefined;
}

/** @returns whether a daemon has been started. @throws FindTextError */
export async function install(args: InstallArgs, machine: Machine): Promise<boolean> {
  refuseSudo(machine);
  const { stdout } = machine;
  const tell = (text: string) => stdout.write(`${cleanText(text)}\n`);
  for (const text of await settleConfig(args, machine)) tell(text);
  const starter = await chooseStarter(args, machine);
  for (const text of await setUp(machine, starter)) tell(text);
  if (starter === 'none') tell(startText(machine));
  for (const text of setUpDesktop(machine)) tell(text);
  tell(`search with: ${searchCommand(machine.program.file.replace(/d\.js$/, '.js'), machine.env.PATH)} "some words"`);
  for (const text of auditTexts(machine)) tell(text);
  return starter !== 'none';
}

function refuseSudo({ env }: Machine): void {
  if (process.geteuid?.() !== 0 || env.SUDO_USER === undefined || env.SUDO_USER === 'root') return;
  throw new FindTextError('FT_CONFIG_INVALID', 'install: it is for one user, and sudo makes that root', {
    hint: `type it without sudo, as ${cleanText(env.SUDO_USER)}`,
  });
}

/** @returns what was done, a line each. */
async function settleConfig(args: InstallArgs, machine: Machine): Promise<string[]> {
  const { configFile } = machine.locations;
  if (existsSync(configFile)) return [keptText(args, configFile)];
  const roots = await chooseFolders(args, machine);
  for (const root of roots) requireFolder(root);
  mkdirSync(dirname(configFile), { recursive: true, mode: 0o700 });
  writeFileSync(configFile, configSample(roots), { mode: 0o600, flag: 'wx' });
  return [
    `wrote ${configFile}, with a comment on every option: ${roots.join(', ')} ${roots.length === 1 ? 'is' : 'are'} indexed`,
  ];
}

/** @throws FindTextError FT_CONFIG_INVALID when it is wrong, or folders are named that it does not have */
function keptText({ directories }: InstallArgs, configFile: string): string {
  const { roots } = loadConfig(configFile);
  const known = roots.map(whole);
  const missing = directories.map(plain).filter((each) => !known.includes(whole(each)));
  if (missing.length === 0) return `${configFile} stays as it is`;
  throw new FindTextError(
    'FT_CONFIG_INVALID',
    `install: ${configFile} is there, and its \`roots\` have no ${missing.join(', ')}`,
    {
      hint: `write it into \`roots\` there, and type \`find-textd install\` without folders`,
    },
  );
}

async function chooseFolders(
  { directories, yes }: InstallArgs,
  { isTerminal, ask, locations }: Machine,
): Promise<readonly string[]> {
  if (directories.length > 0) return directories.map(plain);
  const indexed = indexedFolders(locations.dataDirectory);
  const usual = indexed.length > 0 ? indexed : ['~'];
  if (yes || !isTerminal) return usual;
  const shown = indexed.length > 0 ? `${indexed.map(cleanText).join(' ')}, as indexed now` : '~, your home';
  const answer = await ask(`Folders to search, with blanks between them [${shown}]: `);
  return answer === '' ? usual : answer.split(/(?<!\\)\s+/).map((each) => each.replaceAll('\\', ''));
}

/** By `find-textd run DIR`, before somebody installs it: to take others then would make its index anew. */
function indexedFolders(dataDirectory: string): readonly string[] {
  const file = orUndefined(() => currentIndexFile(dataDirectory));
  const names = rememberedRoots(file).map(({ name }) => name);
  return names.filter(isUtf8Path).map(String).filter(isFolder);
}

function plain(folder: string): string {
  return folder === '~' || folder.startsWith('~/') ? folder : resolve(folder);
}

/** As the configuration is read: what is relative begins in the home. */
function whole(folder: string): string {
  return resolve(homedir(), expandHome(folder));
}

function isFolder(folder: string): boolean {
  return statSync(whole(folder), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function requireFolder(folder: string): void {
  if (isFolder(folder)) return;
  throw new FindTextError('FT_ROOT_MISSING', `install: ${cleanText(folder)} is no folder`, {
    hint: 'name folders that exist; nothing has been changed',
  });
}

async function chooseStarter({ yes, startBy }: InstallArgs, machine: Machine): Promise<Starter> {
  if (startBy !== undefined) return startBy;
  if (hasUserManager(machine)) return 'systemd';
  machine.stdout.write(`${withoutSystemdText(machine)}\n`);
  if (yes || !machine.isTerminal) return 'none';
  const answer = await machine.ask('Start it by autostart, cron or none [none]: ');
  return STARTERS.find((each) => each === answer) ?? 'none';
}

/** What to put where. */
function withoutSystemdText(machine: Machine): string {
  const { node, file } = machine.program;
  const entry = autostartText(machine.program).trimEnd().replaceAll('\n', '\n    ');
  return `no systemd answers that could start it for you. Two other ways, which \`--start-by\` sets up:
  autostart: with each login to a desktop, by ${cleanText(autostartFile(machine))}:
    ${entry}
  cron: with the machine, by a line in your crontab:
    @reboot ${shellWords([node, file])} run >/dev/null 2>&1`;
}

/** One that runs was started by hand, before this version was here, or by what starts it already. */
function startText(machine: Machine): string {
  const run = `${typed(machine)} run`;
  const { dataDirectory } = machine.locations;
  if (lifeOf(dataDirectory, 'daemon') !== 'here') return `start it with: ${run}`;
  const { pid } = readHolder(dataDirectory, 'daemon');
  return `a daemon runs already (process ${pid}). Of a version of before, start it anew: ${restartByHand(pid, run)}`;
}

function typed({ program: { node, file }, env }: Pick<Machine, 'program' | 'env'>): string {
  const command = searchCommand(file, env.PATH, 'find-textd');
  return command === 'find-textd' ? command : shellWords([node, file]);
}

function auditTexts(machine: Machine): string[] {
  const { locations, program } = machine;
  const { roots } = loadConfig(locations.configFile);
  const folders = roots.map((root) => resolve(homedir(), expandHome(root)));
  const call = daemonCommandOfRoot(program.file, program.node);
  return [
    'optional, once, as root: who changed a file, and no watch for each folder, by auditd:',
    `  sudo ${call} audit install ${folders.length > 0 ? shellWords(folders) : 'DIR'}`,
  ];
}
