/** GNOME Shell and KRunner as a session bus sees them, with hits of a real index. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createConnection } from '@homebridge/dbus-native';
import { describe, expect, it, onTestFinished } from 'vitest';
import { desktopFiles } from '../../../indexer/commands/install/desktop-files.js';
import { Finder } from '../../../search-cli/desktop/finder.js';
import { serveDesktop } from '../../../search-cli/desktop/serve-desktop.js';
import { Service } from '../../../search-cli/desktop/service.js';
import { KeptIndex } from '../../../shared/answer/kept-index.js';
import { answerLine } from '../../../shared/ask/answer-line.js';
import { BUS_NAME, GNOME_OBJECT, KRUNNER_OBJECT } from '../../../shared/desktop.js';
import { connectTo } from '../../helpers/connect-to.js';
import { SampleIndex } from '../../helpers/sample-index.js';
import { NO_BUS, type SessionBus, startSessionBus } from '../../helpers/session-bus.js';
import { tempFolder } from '../../helpers/temp.js';
import { until } from '../../helpers/test-env.js';
import { environment, PROGRAM } from '../cli.js';

const GNOME = { path: GNOME_OBJECT, interface: 'org.gnome.Shell.SearchProvider2' };
const HAS_OWNER = { member: 'NameHasOwner', signature: 's', body: [BUS_NAME] };
const KRUNNER = { path: KRUNNER_OBJECT, interface: 'org.kde.krunner1' };
const terms = (...words: string[]) => ({ ...GNOME, member: 'GetInitialResultSet', signature: 'as', body: [words] });

/** Programs of a desktop that write down what they are given. */
function desktopPrograms(): { readonly folder: string; given(): string[] } {
  const folder = tempFolder();
  const standIn = (name: string, script: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const note = `printf '%s\\n' "\${0##*/}" "$@" > '${folder}/'$$ && mv '${folder}/'$$ '${folder}/given'`;
  for (const name of ['xdg-open', 'evince', 'dbus-send', 'xdg-terminal-exec']) standIn(name, note);
  standIn('xdg-mime', 'echo org.gnome.Evince.desktop');
  const file = join(folder, 'given');
  return { folder, given: () => (existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []) };
}

/** In this process. */
async function serve(index: SampleIndex, bus: SessionBus, path = '') {
  const kept = new KeptIndex(index.dataDirectory);
  const answering = { index: kept, canLook: () => true, home: index.home, now: Date.now };
  const finder = new Finder({
    asking: { ask: async (request) => JSON.parse(answerLine(JSON.stringify(request), answering)) },
    home: index.home,
  });
  const before = process.env.PATH;
  process.env.PATH = `${path}:${before}`;
  onTestFinished(() => {
    process.env.PATH = before;
  });
  const complaints: string[] = [];
  const service = new Service({
    finder,
    env: { HOME: index.home, PATH: path },
    searchProgram: ['/bin/node', '/x/find-text.js'],
    complain: (text) => complaints.push(text),
  });
  // It ends with the bus.
  void serveDesktop({ socket: bus.socket, service, idleMs: 600_000 }).catch(() => {});
  await until('the name is taken', async () => (await bus.ask(HAS_OWNER)) === true);
  return complaints;
}

function sample(): SampleIndex {
  const pdf = { type: 'application/pdf', extractor: 'pdf', isFileText: false } as const;
  return new SampleIndex({
    'a <b>.txt': 'ripe apples\nand <i>more</i>',
    'paper.pdf': { ...pdf, text: 'one\ftwo pears\fthree' },
  });
}

function startBus(index: SampleIndex): Promise<SessionBus> {
  return startSessionBus(join(index.home, 'data'), environment(index));
}

type Dictionary = readonly (readonly [string, readonly [unknown, readonly unknown[]]])[];
const values = (dictionary: Dictionary) => Object.fromEntries(dictionary.map(([key, [, [value]]]) => [key, value]));

describe.skipIf(NO_BUS)(`on a session bus${NO_BUS ? `: ${NO_BUS}` : ''}`, () => {
  it('GNOME Shell gets hits, what to show of them, and has one opened where the match is', async () => {
    const [index, programs] = [sample(), desktopPrograms()];
    const bus = await startBus(index);
    await serve(index, bus, programs.folder);
    const [text] = (await bus.askDesktop(terms('ripe', 'apples'))) as string[];
    const about = { ...GNOME, member: 'GetResultMetas', signature: 'as', body: [[text, 'no id of ours']] };
    expect(((await bus.askDesktop(about)) as Dictionary[]).map(values)).toEqual([
      {
        id: text,
        name: 'a <\u2060b>.txt',
        description: expect.stringMatching(/^~\/tree · .*ripe apples and <\u2060i>more<\u2060\/i>/),
        gicon: '. GThemedIcon text-plain text-x-generic',
        clipboardText: index.path('a <b>.txt'),
      },
    ]);
    const [paper] = (await bus.askDesktop({
      ...GNOME,
      member: 'GetSubsearchResultSet',
      signature: 'asas',
      body: [[text], ['pears']],
    })) as string[];
    await bus.askDesktop({ ...GNOME, member: 'ActivateResult', signature: 'sasu', body: [paper, ['pears'], 0] });
    await until('it is opened', () => programs.given().length > 0);
    expect(programs.given()).toEqual(['evince', '--page-index=2', `file://${index.path('paper.pdf')}`]);
    await bus.askDesktop({ ...GNOME, member: 'LaunchSearch', signature: 'asu', body: [['-x', '$(y)'], 0] });
    await until('a terminal is opened', () => programs.given()[0] === 'xdg-terminal-exec');
    expect(programs.given().slice(1)).toEqual(['/bin/node', '/x/find-text.js', '-i', '--', '-x $(y)']);
  });

  it('KRunner gets hits with their files, and has one shown in its folder', async () => {
    const [index, programs] = [sample(), desktopPrograms()];
    const bus = await startBus(index);
    await serve(index, bus, programs.folder);
    expect(await bus.askDesktop({ ...KRUNNER, member: 'Actions' })).toEqual([
      ['reveal', 'Open Containing Folder', 'document-open-folder'],
    ]);
    const matches = (await bus.askDesktop({
      ...KRUNNER,
      member: 'Match',
      signature: 's',
      body: ['apples'],
    })) as unknown[][];
    const [[id, text, icon, category, relevance, properties]] = matches as [unknown[]];
    expect([matches.length, text, icon, category, relevance]).toEqual([1, 'a <\u2060b>.txt', 'text-plain', 30, 1]);
    expect(values(properties as Dictionary)).toEqual({
      subtext: expect.stringContaining('ripe apples'),
      urls: [`file://${index.root}/a%20%3Cb%3E.txt`],
    });
    await bus.askDesktop({ ...KRUNNER, member: 'Run', signature: 'ss', body: [id, 'reveal'] });
    await until('it is shown', () => programs.given().length > 0);
    expect(programs.given().slice(0, 1)).toEqual(['dbus-send']);
    await bus.askDesktop({ ...KRUNNER, member: 'Run', signature: 'ss', body: [id, ''] });
    await until('it is opened', () => programs.given()[0] === 'xdg-open');
    expect(await bus.askDesktop({ ...KRUNNER, member: 'Teardown' })).toBe(undefined);
  });

  it('nothing is opened but what the index finds, and no more than a person opens', async () => {
    const [index, programs] = [sample(), desktopPrograms()];
    const bus = await startBus(index);
    const complaints = await serve(index, bus, programs.folder);
    const open = (id: string) =>
      bus.askDesktop({ ...GNOME, member: 'ActivateResult', signature: 'sasu', body: [id, [], 0] });
    writeFileSync(join(index.home, 'secret'), 'apples');
    for (const path of [join(index.home, 'secret'), '/etc/passwd', `${index.root}/../secret`])
      await open(JSON.stringify({ query: 'apples', path }));
    await open('');
    expect(programs.given()).toEqual([]);
    const [id = ''] = (await bus.askDesktop(terms('apples'))) as string[];
    for (let i = 0; i < 12; i++) await open(id);
    expect(complaints).toEqual(
      Array(2).fill(`open ${index.path('a <b>.txt')}: more was asked for in 10 seconds than a person opens`),
    );
  });

  it('refuses what is no call of it, and goes on', async () => {
    const index = sample();
    const bus = await startBus(index);
    await serve(index, bus);
    const refused = (call: object) => expect(bus.askDesktop(call)).rejects;
    await refused({ ...terms('a'), signature: 's', body: ['a'] }).toThrow('Error.InvalidArgs');
    await refused({ ...terms('a'), signature: 'asas', body: [['a'], ['b']] }).toThrow('Error.InvalidArgs');
    for (const member of ['constructor', 'toString', '__proto__', 'Nothing'])
      await refused({ ...GNOME, member }).toThrow('Error.UnknownMethod');
    await refused({ ...terms('a'), path: '/' }).toThrow('Error.UnknownObject');
    await refused({ ...terms('a'), path: KRUNNER_OBJECT }).toThrow('Error.UnknownMethod');
    const properties = { ...GNOME, interface: 'org.freedesktop.DBus.Properties' };
    const set = { member: 'Set', signature: 'ssv', body: [GNOME.interface, 'GetResultMetas', ['s', 'x']] };
    await refused({ ...properties, ...set }).toThrow('Error.UnknownMethod');
    await refused({ ...properties, member: 'GetAll' }).toThrow('Error.UnknownMethod');
    expect(await bus.askDesktop({ ...GNOME, interface: 'org.freedesktop.DBus.Peer', member: 'Ping' })).toBe(undefined);
    const described = await bus.askDesktop({
      ...GNOME,
      interface: 'org.freedesktop.DBus.Introspectable',
      member: 'Introspect',
    });
    expect(described).toContain(
      '<method name="GetResultMetas">\n      <arg type="as" direction="in"/>\n      <arg type="aa{sv}"',
    );
    expect(await bus.askDesktop(terms('x'.repeat(100_000)))).toEqual([]);
    expect(await bus.askDesktop(terms('('))).toEqual([]);
    expect(await bus.askDesktop(terms('apples'))).toHaveLength(1);
  });

  it('ends when nobody asks, and when another one answers by its name', async () => {
    const index = sample();
    const bus = await startBus(index);
    const idle = { socket: bus.socket, service: undefined as never };
    await serveDesktop({ ...idle, idleMs: 1 });
    expect(await bus.ask(HAS_OWNER)).toBe(false);
    await serve(index, bus);
    await serveDesktop({ ...idle, idleMs: 600_000 });
    expect(await bus.askDesktop(terms('apples'))).toHaveLength(1);
  });

  it('is started by the bus, as the files of `find-textd install` say, and again after a message that it cannot read', async () => {
    const index = sample();
    const file = join(dirname(PROGRAM), 'find-textd.js');
    for (const [path, text] of Object.entries(desktopFiles({ node: process.execPath, file, version: '1' }))) {
      mkdirSync(dirname(join(index.home, 'data', path)), { recursive: true });
      writeFileSync(join(index.home, 'data', path), text);
    }
    const bus = await startBus(index);
    const pid = () => bus.ask({ member: 'GetConnectionUnixProcessID', signature: 's', body: [BUS_NAME] });
    expect(await bus.askDesktop(terms('apples'))).toHaveLength(1);
    const first = await pid();
    const long = { ...terms('a'), signature: 's', body: ['x'.repeat(2 << 20)] };
    await expect(bus.askDesktop(long)).rejects.toThrow('NoReply');
    expect(await bus.askDesktop(terms('apples'))).toHaveLength(1);
    const second = await pid();
    expect(second).not.toBe(first);
    sendHandle(bus);
    await until('it has ended', async () => !(await bus.ask(HAS_OWNER)));
    expect(await bus.askDesktop(terms('apples'))).toHaveLength(1);
    expect(await pid()).not.toBe(second);
  });
});

/** A descriptor that is none: the library can neither read nor write it. */
function sendHandle(bus: SessionBus): void {
  const stream = connectTo(bus.socket);
  onTestFinished(() => void stream.destroy());
  const write = stream.write.bind(stream);
  stream.write = (data: Buffer | string) => {
    const at = Buffer.isBuffer(data) ? data.indexOf('\x01u\0') : -1;
    if (at >= 0) (data as Buffer).write('h', at + 1);
    return write(data);
  };
  const connection = createConnection({ stream, authMethods: ['EXTERNAL'] });
  const hello = { path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus', member: 'Hello' };
  connection.message({ type: 1, serial: 1, destination: 'org.freedesktop.DBus', ...hello });
  connection.message({ ...terms(), type: 1, serial: 2, destination: BUS_NAME, signature: 'u', body: [0] });
}
