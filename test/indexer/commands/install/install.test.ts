import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { desktopFiles } from '../../../../indexer/commands/install/desktop-files.js';
import { type InstallArgs, install } from '../../../../indexer/commands/install/install.js';
import type { Machine, Ran } from '../../../../indexer/commands/install/machine.js';
import { uninstall } from '../../../../indexer/commands/install/uninstall.js';
import { crontabWith, crontabWithout, unitText, unitWord } from '../../../../indexer/commands/install/unit.js';
import { loadConfig } from '../../../../shared/config/load.js';
import { ROOTS_KEY } from '../../../../shared/daemon-state.js';
import { locate } from '../../../../shared/locations.js';
import { ensureIndexDirectory, makeCurrent, nextIndexFile } from '../../../../shared/store/generation.js';
import { takeLock } from '../../../../shared/store/lock.js';
import { Meta } from '../../../../shared/store/meta.js';
import { openForWriting } from '../../../../shared/store/open.js';
import { encodeRoots, type NamedRoot } from '../../../../shared/store/roots-file.js';
import { tempFolder } from '../../../helpers/temp.js';

const PROGRAM = { node: '/opt/my node/bin/node', file: '/usr/lib/find-textd.js', version: '1.2.3' };

/** A machine of which only the files are real. */
class Trial {
  readonly home = tempFolder();
  readonly calls: string[] = [];
  readonly started: string[] = [];
  output = '';
  answers: string[] = [];
  readonly asked: string[] = [];
  crontab: string | undefined;
  /** Of a daemon that ends at once. */
  exitCode: number | undefined;
  crontabTrouble = 'no crontab for ann';

  constructor(
    private readonly has: {
      readonly systemd?: boolean;
      readonly terminal?: boolean;
      readonly desktop?: Machine['desktop'];
    } = {},
  ) {
    mkdirSync(join(this.home, 'Documents'));
  }

  machine(): Machine {
    const env = { HOME: this.home, PATH: '/usr/bin' };
    return {
      env,
      locations: locate(env),
      program: PROGRAM,
      isTerminal: this.has.terminal ?? false,
      desktop: this.has.desktop,
      systemData: this.path('system'),
      stdout: { write: (text: string) => (this.output += text) },
      ask: async (question) => {
        this.asked.push(question);
        return this.answers.shift() ?? '';
      },
      run: (argv, input) => this.#run(argv, input),
      startAlone: async (argv) => {
        this.started.push(argv.join(' '));
        return this.exitCode;
      },
    };
  }

  path(...parts: string[]): string {
    return join(this.home, ...parts);
  }

  install(args: Partial<InstallArgs> = {}): Promise<boolean> {
    return install({ directories: [], ...args }, this.machine());
  }

  #run(argv: readonly string[], input: string | undefined): Ran {
    this.calls.push(argv.join(' '));
    if (argv[0] === 'systemctl') return { isOk: this.has.systemd ?? false, output: 'Failed to connect to bus' };
    if (argv[1] === '-l') return { isOk: this.crontab !== undefined, output: this.crontab ?? this.crontabTrouble };
    this.crontab = input;
    return { isOk: true, output: '' };
  }
}

const CONFIG = '.config/find-text/config.toml';
const UNIT = '.config/systemd/user/find-textd.service';

describe('find-textd install', () => {
  it('writes the configuration and a unit, enables it, and starts it anew', async () => {
    const trial = new Trial({ systemd: true });
    expect(await trial.install({ directories: [trial.path('Documents')] })).toBe(true);
    expect(loadConfig(trial.path(CONFIG)).roots).toEqual([trial.path('Documents')]);
    expect(readFileSync(trial.path(UNIT), 'utf8')).toContain(
      'ExecStart="/opt/my node/bin/node" /usr/lib/find-textd.js run\n',
    );
    expect(trial.calls.slice(-3)).toEqual([
      'systemctl --user daemon-reload',
      'systemctl --user enable find-textd.service',
      'systemctl --user --no-block restart find-textd.service',
    ]);
    expect(trial.output).toContain(
      `sudo '/opt/my node/bin/node' /usr/lib/find-textd.js audit install ${trial.path('Documents')}`,
    );
  });

  it('asks once for folders, and takes the home when none is typed', async () => {
    const typed = new Trial({ systemd: true, terminal: true });
    typed.answers = [`${typed.path('Documents')} ${typed.home}`];
    await typed.install();
    expect(loadConfig(typed.path(CONFIG)).roots).toEqual([typed.path('Documents'), typed.home]);
    for (const trial of [new Trial({ systemd: true, terminal: true }), new Trial({ systemd: true })]) {
      await trial.install();
      expect(loadConfig(trial.path(CONFIG)).roots).toEqual(['~']);
    }
  });

  it('takes the folders that are indexed by then where no others are typed', async () => {
    const [typed, given] = [new Trial({ systemd: true, terminal: true }), new Trial({ systemd: true })];
    for (const trial of [typed, given]) {
      const [path, gone] = [trial.path('Documents'), trial.path('gone')].map((each) => Buffer.from(each));
      const { dataDirectory } = trial.machine().locations;
      ensureIndexDirectory(dataDirectory);
      const file = nextIndexFile(dataDirectory);
      const db = openForWriting(file);
      const roots = [path, gone].map((name) => ({ name, path: name }) as NamedRoot);
      new Meta(db).set(ROOTS_KEY, encodeRoots(roots));
      db.close();
      makeCurrent(dataDirectory, file);
      await trial.install();
      expect(loadConfig(trial.path(CONFIG)).roots).toEqual([`${path}`]);
    }
    expect(typed.asked).toEqual([
      `Folders to search, with blanks between them [${typed.path('Documents')}, as indexed now]: `,
    ]);
  });

  it('keeps a configuration that is there, and says where other folders belong', async () => {
    const trial = new Trial({ systemd: true });
    await trial.install({ directories: [trial.path('Documents')] });
    const before = readFileSync(trial.path(CONFIG), 'utf8');
    await trial.install();
    expect(readFileSync(trial.path(CONFIG), 'utf8')).toBe(before);
    await expect(trial.install({ directories: [trial.home] })).rejects.toThrow(`its \`roots\` have no ${trial.home}`);
  });

  it('knows a folder of the configuration however it is written there', async () => {
    const trial = new Trial({ systemd: true });
    mkdirSync(trial.path('.config/find-text'), { recursive: true });
    writeFileSync(trial.path(CONFIG), 'roots = ["~/docs", "letters", "/srv/x/"]\n');
    const typed = ['docs', 'letters'].map((name) => join(homedir(), name));
    await trial.install({ directories: [...typed, '~/letters', '/srv/x'] });
    await expect(trial.install({ directories: [join(homedir(), 'other')] })).rejects.toThrow('have no');
  });

  it('changes nothing when a folder is not there', async () => {
    const trial = new Trial({ systemd: true });
    await expect(trial.install({ directories: [trial.path('nowhere')] })).rejects.toThrow('is no folder');
    expect(existsSync(trial.path('.config'))).toBe(false);
  });

  it('fails when the daemon ends at once', async () => {
    const trial = new Trial();
    trial.exitCode = 2;
    await expect(trial.install({ startBy: 'autostart' })).rejects.toMatchObject({
      code: 'FT_INSTALL_FAILED',
      message: expect.stringContaining('ended with status 2'),
      hint: expect.stringContaining('find-textd run'),
    });
  });

  it('says without systemd what to put where, and does it when that is asked for', async () => {
    const trial = new Trial();
    expect(await trial.install({ yes: true })).toBe(false);
    expect(trial.output).toContain(trial.path('.config/autostart/find-textd.desktop'));
    expect(trial.output).toContain("@reboot '/opt/my node/bin/node' /usr/lib/find-textd.js run");
    expect([existsSync(trial.path('.config/autostart')), trial.crontab, trial.started]).toEqual([false, undefined, []]);
    expect(await trial.install({ startBy: 'autostart' })).toBe(true);
    expect(readFileSync(trial.path('.config/autostart/find-textd.desktop'), 'utf8')).toContain(
      'Exec="/opt/my node/bin/node" /usr/lib/find-textd.js run\n',
    );
    trial.crontab = '0 1 * * * backup\n';
    await trial.install({ startBy: 'cron' });
    await trial.install({ startBy: 'cron' });
    expect(trial.crontab.split('\n')).toHaveLength(3);
    await uninstall({}, trial.machine());
    expect([trial.crontab, existsSync(trial.path('.config/autostart/find-textd.desktop'))]).toEqual([
      '0 1 * * * backup\n',
      false,
    ]);
  });

  it('leaves one way to start it: that of the last time', async () => {
    const autostart = '.config/autostart/find-textd.desktop';
    const trial = new Trial({ systemd: true });
    const ways = () => [existsSync(trial.path(UNIT)), existsSync(trial.path(autostart)), Boolean(trial.crontab)];
    await trial.install({ startBy: 'autostart' });
    expect(ways()).toEqual([false, true, false]);
    await trial.install({ startBy: 'cron' });
    expect(ways()).toEqual([false, false, true]);
    await trial.install({ startBy: 'systemd' });
    expect(ways()).toEqual([true, false, false]);
    await trial.install({ startBy: 'autostart' });
    expect(ways()).toEqual([false, true, false]);
    expect(trial.calls).toContain('systemctl --user disable --now find-textd.service');
  });

  it('changes nothing that starts it when systemd is asked for and does not answer', async () => {
    const trial = new Trial();
    await trial.install({ startBy: 'cron' });
    const before = trial.crontab;
    await expect(trial.install({ startBy: 'systemd' })).rejects.toMatchObject({
      code: 'FT_INSTALL_FAILED',
      hint: expect.stringContaining('--start-by cron'),
    });
    expect([existsSync(trial.path(UNIT)), trial.crontab]).toEqual([false, before]);
  });

  it('writes no crontab where it cannot read the one that is there', async () => {
    const trial = new Trial();
    await trial.install({ startBy: 'autostart' });
    trial.crontabTrouble = 'crontab: cannot lock the spool folder';
    await expect(trial.install({ startBy: 'cron' })).rejects.toThrow('read the crontab: crontab: cannot lock');
    expect([trial.crontab, existsSync(trial.path('.config/autostart/find-textd.desktop'))]).toEqual([undefined, true]);
  });

  it('without a starter says how to start it, or how to start one that runs anew', async () => {
    const trial = new Trial();
    await trial.install();
    expect(trial.output).toContain('start it with: ');
    const { dataDirectory } = trial.machine().locations;
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
    const lock = takeLock(dataDirectory, 'daemon', 'find-textd run');
    trial.output = '';
    await trial.install();
    lock.release();
    expect(trial.output).not.toContain('start it with: ');
    const { pid } = process;
    expect(trial.output).toContain(
      `a daemon runs already (process ${pid}). Of a version of before, start it anew: kill ${pid} && tail --pid=${pid} -f /dev/null && `,
    );
  });

  it('makes find-text known to the desktop, and takes that back', async () => {
    const trial = new Trial({ desktop: 'GNOME' });
    const files = Object.keys(desktopFiles(PROGRAM)).map((path) => trial.path('.local/share', path));
    await trial.install({ startBy: 'none' });
    expect(files.map((file) => existsSync(file))).toEqual(files.map(() => true));
    const ini = files.find((file) => file.endsWith('.ini')) as string;
    const system = trial.path('system/gnome-shell/search-providers', basename(ini));
    expect(trial.output).toContain(`\n  sudo install -D -m 644 ${ini} ${system}\n`);
    mkdirSync(dirname(system), { recursive: true });
    copyFileSync(ini, system);
    trial.output = '';
    await trial.install({ startBy: 'none' });
    expect(trial.output).not.toContain('sudo install');
    await uninstall({}, trial.machine());
    expect(trial.output).toContain(`\`sudo rm ${system}\``);
    expect(existsSync(trial.path('.local/share')) && readdirSync(trial.path('.local/share'))).toEqual([]);
  });

  it('says nothing of GNOME where it is not, and of desktops where there is none', async () => {
    const [other, none] = [new Trial({ desktop: 'other' }), new Trial()];
    for (const trial of [other, none]) await trial.install({ startBy: 'none' });
    expect([other.output.includes('KRunner'), other.output.includes('GNOME')]).toEqual([true, false]);
    expect([none.output.includes('KRunner'), existsSync(none.path('.local/share'))]).toEqual([false, false]);
  });

  it('uninstall waits for a daemon that is about to end, and may still write', async () => {
    const trial = new Trial({ systemd: true });
    await trial.install();
    const folder = trial.path('.local/share/find-text');
    mkdirSync(folder, { recursive: true });
    const lock = takeLock(folder, 'daemon', 'run');
    lock.leave();
    let isOver = false;
    const uninstalled = uninstall({ purge: true }, trial.machine()).then(() => {
      isOver = true;
    });
    await pause(200);
    expect([isOver, existsSync(folder)]).toEqual([false, true]);
    lock.release();
    await uninstalled;
    expect([existsSync(folder), trial.output.includes('stopped the daemon')]).toEqual([false, true]);
  });

  it('uninstall keeps index and configuration, --purge does not', async () => {
    const trial = new Trial({ systemd: true });
    await trial.install();
    mkdirSync(trial.path('.local/share/find-text'), { recursive: true });
    writeFileSync(trial.path('.local/share/find-text/index'), '');
    await uninstall({}, trial.machine());
    expect(trial.calls).toContain('systemctl --user disable --now find-textd.service');
    expect([UNIT, CONFIG, '.local/share/find-text/index'].map((each) => existsSync(trial.path(each)))).toEqual([
      false,
      true,
      true,
    ]);
    await uninstall({ purge: true }, trial.machine());
    expect(['.config', '.local'].map((each) => existsSync(trial.path(each)))).toEqual([false, false]);
    expect(readdirSync(trial.home)).toEqual(['Documents']);
    trial.output = '';
    await uninstall({}, trial.machine());
    expect(trial.output).toMatch(/^nothing is installed for this user$|^auditing stays/m);
  });

  it('uninstall --purge leaves the runtime folder of the session, which other programs need', async () => {
    const trial = new Trial({ systemd: true });
    const machine = trial.machine();
    const locations = locate({ ...machine.env, XDG_RUNTIME_DIR: trial.path('.run') });
    mkdirSync(trial.path('.run/find-text'), { recursive: true });
    await uninstall({ purge: true }, { ...machine, locations });
    expect(readdirSync(trial.path('.run'))).toEqual([]);
  });
});

describe('the unit', () => {
  it.each([
    ['/usr/bin/node', '/usr/bin/node'],
    ['/a b/$x%y"z\\', '"/a b/$$x%%y\\"z\\\\"'],
  ])('has %s as one word', (word, written) => expect(unitWord(word)).toBe(written));

  const hasVerify = spawnSync('systemd-analyze', ['--version']).status === 0;
  it.skipIf(!hasVerify)('is one that systemd understands', () => {
    const file = join(tempFolder(), 'find-textd.service');
    writeFileSync(file, unitText({ node: process.execPath, file: process.execPath, version: '1.2.3' }));
    const env = { ...process.env, XDG_RUNTIME_DIR: tempFolder() };
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--user', '--man=no', file], {
      env,
      encoding: 'utf8',
    });
    expect((stdout + stderr).split('\n').filter((line) => line.includes('find-textd.service'))).toEqual([]);
  });
});

it('the line of a crontab comes once, and goes without a trace', () => {
  const before = 'MAILTO=me\n1 2 * * * a\n';
  const after = crontabWith(crontabWith(before, '/a/100%/node x'), '/a/100%/node x');
  expect(after).toBe(`${before}@reboot /a/100\\%/node x run >/dev/null 2>&1 # find-textd, by find-textd install\n`);
  expect(crontabWithout(after)).toBe(before);
});

describe('the files of the desktop', () => {
  const texts = (program: Partial<typeof PROGRAM>) => {
    const all = Object.entries(desktopFiles({ ...PROGRAM, ...program }));
    return (ending: string) => all.find(([path]) => path.endsWith(ending))?.[1] ?? '';
  };

  it('have each program as one word, whatever its path', () => {
    expect(texts({})('.service')).toContain("\nExec='/opt/my node/bin/node' /usr/lib/find-text-desktop.js\n");
    expect(texts({ node: "/it's/node" })('.service')).toContain("\nExec='/it'\\\\''s/node' /usr/lib/");
    expect(texts({})('.desktop')).toContain('\nExec="/opt/my node/bin/node" /usr/lib/find-text.js -i\n');
  });

  const hasValidate = spawnSync('desktop-file-validate', ['--help']).status === 0;
  it.skipIf(!hasValidate)('have a launcher as the specification wants it', () => {
    const file = join(tempFolder(), 'launcher.desktop');
    writeFileSync(file, texts({})('.desktop'));
    const { stdout, status } = spawnSync('desktop-file-validate', [file], { encoding: 'utf8' });
    expect([stdout, status]).toEqual(['', 0]);
  });
});
