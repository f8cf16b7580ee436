/**
 * Each finding of `find-textd doctor`: it is provoked, its repair is run as it is printed, and it is gone. Where no command can do it,
 * what is done by hand, and why. What needs a daemon is in test/e2e/doctor.test.ts, what needs auditd in test/e2e/audit-install.test.ts.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { diagnose } from '../../../../indexer/commands/doctor/diagnose.js';
import { doctor } from '../../../../indexer/commands/doctor/doctor.js';
import { gather } from '../../../../indexer/commands/doctor/facts.js';
import type { FindingName } from '../../../../indexer/commands/doctor/finding.js';
import { Ways } from '../../../../indexer/commands/doctor/ways.js';
import { encodeFreshness, FRESHNESS_KEY } from '../../../../shared/freshness.js';
import { Meta } from '../../../../shared/store/meta.js';
import {
  changeHistory,
  closedPort,
  damage,
  holdLock,
  insertLane,
  insertMessage,
  leaveGaps,
  listenAt,
  lowLimit,
  mountUnderIndex,
  noMount,
  noSysctl,
  notRoot,
  pretendBoot,
  pretendKernel,
  pretendLog,
  pretendPlugin,
  pretendWalls,
  realProc,
  setVersion,
} from '../../../helpers/doctor-faults.js';
import { DoctorWorld } from '../../../helpers/doctor-world.js';
import { tempFolder } from '../../../helpers/temp.js';
import { TextSink } from '../../../helpers/text-sink.js';

interface Row {
  readonly provoke: (world: DoctorWorld) => void | Promise<void>;
  /** Missing: the printed command is run. */
  readonly byHand?: {
    /** Why no test runs it, or there is no command. */
    readonly why: string;
    readonly repair: (world: DoctorWorld) => void | Promise<void>;
  };
  /** What is waited for then, or where it is looked. */
  readonly afterwards?: (world: DoctorWorld) => unknown;
  /** Not here, when this says why. */
  readonly skip?: string | undefined;
}

const ofDaemons = 'test/e2e/doctor.test.ts';
const ofAudit = 'test/e2e/audit-install.test.ts';
const INSTALLS = 'an installation changes the rules of the kernel: test/e2e/audit-install.test.ts does it';

const ROWS: Readonly<Record<FindingName, Row | string>> = {
  'configuration wrong': { provoke: (world) => world.configure('nonsense = 1\n') },
  'folder open': { provoke: ({ dataDirectory }) => chmodSync(dataDirectory, 0o777) },
  'folder of another user': { provoke: ({ dataDirectory }) => chownSync(dataDirectory, 12_345, 12_345), skip: notRoot },
  'folder unusable': {
    provoke: ({ dataDirectory }) => {
      rmSync(dataDirectory, { recursive: true });
      symlinkSync('/nowhere/at/all', dataDirectory);
    },
    byHand: {
      why: 'which folder it is to be only the user knows',
      repair: ({ dataDirectory }) => rmSync(dataDirectory),
    },
  },
  'folder readable': { provoke: ({ dataDirectory }) => chmodSync(dataDirectory, 0o755) },
  'folder closed': { provoke: ({ dataDirectory }) => chmodSync(dataDirectory, 0o500) },
  'disk read-only': { provoke: (world) => mountUnderIndex(world, 'ro'), skip: noMount },
  'disk low': {
    provoke: (world) => mountUnderIndex(world, 'size=8m'),
    byHand: {
      why: 'what may be deleted only the user knows',
      repair: ({ dataDirectory }) => void execFileSync('mount', ['-o', 'remount,size=256m', dataDirectory]),
    },
    skip: noMount,
  },
  'no index': ofDaemons,
  'index unreadable': {
    provoke: ({ sample }) => {
      sample.db.close();
      renameSync(sample.file, `${sample.file}.elsewhere`);
      symlinkSync(`${sample.file}.elsewhere`, sample.file);
    },
    byHand: {
      why: 'what stands in its place is not ours to remove',
      repair: ({ sample }) => renameSync(`${sample.file}.elsewhere`, sample.file),
    },
  },
  'index damaged': { provoke: damage },
  'index older': ofDaemons,
  'index newer': {
    provoke: (world) => setVersion(world, 10_000),
    byHand: {
      why: 'whether it is built anew or the program is updated is a choice',
      repair: (world) => world.run('find-textd rebuild'),
    },
  },
  'folder missing': {
    provoke: (world) => leaveGaps(world, 'not mounted'),
    byHand: { why: 'where the volume is only the user knows', repair: (world) => leaveGaps(world) },
  },
  'index mostly free': {
    provoke: ({ sample: { db } }) => {
      db.exec('CREATE TABLE large (bytes BLOB); INSERT INTO large VALUES (zeroblob(80000000)); DROP TABLE large');
      db.pragma('wal_checkpoint(TRUNCATE)');
      db.close();
    },
  },
  'history unreadable': ofDaemons,
  'history changed': {
    provoke: (world) => changeHistory(world, 'other words'),
    byHand: { why: 'what stood there before nobody knows', repair: (world) => changeHistory(world, 'words') },
  },
  'no daemon': ofDaemons,
  'daemon stopped': ofDaemons,
  'daemon hanging': ofDaemons,
  'daemon trouble': ofDaemons,
  paused: ofDaemons,
  'lock held': { provoke: holdLock, afterwards: ({ ended }) => ended },
  'socket missing': ofDaemons,
  'stale socket': ofDaemons,
  'clock wrong': {
    provoke: (world) => world.change({ nowMs: 1_000_000_000_000 }),
    byHand: {
      why: 'the clock belongs to the whole machine',
      repair: (world) => world.change({ nowMs: Date.now() }),
    },
  },
  'times to come': {
    provoke: ({ sample }) =>
      new Meta(sample.db).set(
        FRESHNESS_KEY,
        encodeFreshness({ keeper: undefined, savedMs: Date.now() + 86_400_000, roots: [] }),
      ),
    byHand: {
      why: 'the clock belongs to the whole machine',
      repair: (world) => world.change({ nowMs: Date.now() + 2 * 86_400_000 }),
    },
  },
  'several programs': {
    provoke: (world) => {
      const other = join(world.home, 'other');
      mkdirSync(join(other, 'bin'), { recursive: true });
      mkdirSync(join(other, 'dist'));
      writeFileSync(join(other, 'dist/find-textd.js'), '#!/bin/sh\n', { mode: 0o755 });
      writeFileSync(join(other, 'package.json'), '{"version": "0.0.9"}');
      symlinkSync('../dist/find-textd.js', join(other, 'bin/find-textd'));
      const env = { ...world.env, PATH: `${world.env.PATH}:${join(other, 'bin')}` };
      world.change({ env, program: world.program });
    },
  },
  'daemon of before': ofDaemons,
  'few watches': {
    provoke: (world) => {
      const path = world.sample.path('b/c/d.txt');
      mkdirSync(dirname(path), { recursive: true });
      world.sample.write('b/c/d.txt', 'more words');
      lowLimit(world, 'max_user_watches');
    },
    afterwards: realProc,
    skip: noSysctl,
  },
  'few instances': {
    provoke: (world) => {
      const watcher = watch(world.home);
      onTestFinished(() => watcher.close());
      lowLimit(world, 'max_user_instances');
    },
    afterwards: realProc,
    skip: noSysctl,
  },
  'short queue': {
    provoke: (world) => lowLimit(world, 'max_queued_events'),
    afterwards: realProc,
    skip: noSysctl,
  },
  'no audit': {
    provoke: (world) => world.configure('source = "audit"\n'),
    byHand: { why: INSTALLS, repair: (world) => world.configure('source = "auto"\n') },
  },
  'auditd stopped': ofAudit,
  'auditing off': ofAudit,
  'task never': ofAudit,
  'rule missing': ofAudit,
  'backlog full': {
    provoke: (world) => pretendKernel(world, { backlog: 7_000, backlogLimit: 8_192 }),
    byHand: {
      why: 'a full backlog holds up every program of the machine',
      repair: (world) => pretendKernel(world, { backlog: 7_000, backlogLimit: 16_384 }),
    },
  },
  'backlog small': ofAudit,
  'records lost': ofAudit,
  'records dropped': ofAudit,
  'plugin silent': ofAudit,
  'plugin failing': {
    provoke: (world) => pretendPlugin(world, 1),
    byHand: { why: INSTALLS, repair: (world) => pretendPlugin(world, 0) },
  },
  'log silent': {
    provoke: (world) => pretendLog(world, 'its audit rule is gone'),
    byHand: { why: INSTALLS, repair: (world) => pretendLog(world, undefined) },
  },
  'folder not audited': {
    provoke: (world) => pretendLog(world, undefined, tempFolder()),
    byHand: { why: INSTALLS, repair: (world) => pretendLog(world, undefined) },
  },
  'plugin file open': ofAudit,
  'plugin file of another user': ofAudit,
  'plugin file missing': ofAudit,
  'not audited from boot': {
    provoke: (world) => {
      pretendKernel(world, {});
      pretendBoot(world, 'quiet');
    },
    byHand: { why: 'it takes a boot of the machine', repair: (world) => pretendBoot(world, 'quiet audit=1') },
  },
  'no walls': {
    provoke: (world) => pretendWalls(world, { seccomp: false, landlock: 0 }),
    byHand: {
      why: 'it takes another kernel',
      repair: (world) => pretendWalls(world, { seccomp: true, landlock: 1 }),
    },
  },
  'tool missing': {
    provoke: (world) => {
      const base = tempFolder();
      mkdirSync(join(base, 'etc'));
      writeFileSync(join(base, 'etc/os-release'), 'ID=debian\n');
      world.change({ base });
    },
    byHand: {
      why: 'a test installs no packages on the machine',
      repair: (world) => {
        for (const tool of ['prlimit', 'setpriv', 'ionice', 'diff']) {
          mkdirSync(join(world.place.base, 'usr/bin'), { recursive: true });
          writeFileSync(join(world.place.base, 'usr/bin', tool), '');
        }
      },
    },
  },
  'command missing': {
    provoke: (world) =>
      world.configure(`[[extractor]]\nname = "own"\ncommand = ["${world.home}/reader"]\nendings = ["own"]\n`),
    byHand: {
      why: 'what brings it only the user knows',
      repair: (world) => writeFileSync(join(world.home, 'reader'), '#!/bin/sh\ncat\n', { mode: 0o755 }),
    },
  },
  'extractors broken': {
    provoke: () => {},
    byHand: {
      why: 'an installation takes the network',
      repair: (world) => world.change({ program: world.program }),
    },
  },
  'endpoint secret': {
    provoke: (world) => {
      const file = join(world.home, 'the address');
      writeFileSync(file, 'http://127.0.0.1:9/\n');
      chmodSync(file, 0o644);
      world.configure(`[[endpoint]]\nname = "ops"\nwebhookFile = "${file}"\n`);
    },
  },
  'endpoint unreachable': {
    provoke: async (world) =>
      world.configure(`[[endpoint]]\nname = "ops"\nwebhook = "http://127.0.0.1:${await closedPort()}/"\n`),
    byHand: {
      why: 'the receiver is a program of somebody else',
      repair: (world) => listenAt(Number(/:(\d+)\//.exec(readFileSync(world.place.locations.configFile, 'utf8'))?.[1])),
    },
  },
  'endpoint failing': { provoke: (world) => insertLane(world, 'ops', { failures: 3 }) },
  'endpoint off': { provoke: (world) => insertLane(world, 'the ops', { is_off: 1 }) },
  'endpoint removed': {
    provoke: (world) => insertMessage(world, 'ops', null),
    byHand: { why: 'where it was only the user knows', repair: (world) => insertLane(world, 'ops', {}) },
  },
  'dead letters': { provoke: (world) => insertMessage(world, 'ops', 2) },
};

const HERE = Object.entries(ROWS).filter((entry): entry is [FindingName, Row] => typeof entry[1] !== 'string');

describe('find-textd doctor', () => {
  for (const [name, { provoke, byHand, afterwards, skip }] of HERE)
    it.skipIf(skip)(`finds "${name}" and says what repairs it${skip ? ` (not here: ${skip})` : ''}`, async () => {
      const world = new DoctorWorld();
      await provoke(world);
      const found = await world.find(name);
      expect(found?.repair ?? found?.advice).toEqual(expect.stringMatching(/./));
      if (byHand) await byHand.repair(world);
      else world.run(found?.repair as string);
      await afterwards?.(world);
      expect(await world.find(name)).toBeUndefined();
    });

  it.each(Object.entries(ROWS).filter((entry): entry is [FindingName, string] => typeof entry[1] === 'string'))(
    'finds "%s" in %s',
    (name, file) => {
      const text = readFileSync(fileURLToPath(new URL(`../../../../${file}`, import.meta.url)), 'utf8');
      expect(text).toContain(`'${name}'`);
    },
  );

  it('finds what only a daemon would read of the configuration', async () => {
    const world = new DoctorWorld();
    world.configure('[[extractor]]\nname = "a b"\n');
    expect((await world.find('configuration wrong'))?.text).toMatch(/line 2, .*\[\[extractor\]\]/);
    world.configure('[[notify]]\nname = "all"\npaths = ["."]\nto = []\n[notify.diff]\nredact = ["a("]\n');
    expect((await world.find('configuration wrong'))?.text).toMatch(/line \d+, .*`redact` has a pattern that is wrong/);
  });

  it('has one finding for a folder above several of its own', async () => {
    const world = new DoctorWorld();
    const above = dirname(dirname(world.dataDirectory));
    chmodSync(above, 0o777);
    const { findings } = diagnose(await gather(world.place), new Ways(world.place));
    expect(findings.filter(({ finding }) => finding === 'folder open').map(({ repair }) => repair)).toEqual([
      `chmod go-w ${above}`,
    ]);
  });

  it('never closes a device that the configuration leads to: other programs need it', async () => {
    const world = new DoctorWorld();
    const { configFile } = world.place.locations;
    mkdirSync(dirname(configFile), { recursive: true });
    symlinkSync('/dev/null', configFile);
    const { findings } = diagnose(await gather(world.place), new Ways(world.place));
    expect(findings.filter(({ repair }) => repair?.includes('/dev/null'))).toEqual([]);
    expect(await world.find('folder unusable')).toMatchObject({
      text: expect.stringContaining('other users can write to /dev/null'),
      advice: 'put a plain file there, or nothing',
    });
  });

  it('looks at the modes of a folder, not of the symlink that leads to it', async () => {
    const world = new DoctorWorld();
    const real = join(world.home, 'elsewhere');
    mkdirSync(real, { mode: 0o700 });
    const data = join(world.home, 'link');
    symlinkSync(real, data);
    world.change({ locations: { ...world.place.locations, dataDirectory: data } });
    expect(await world.find('folder readable')).toBeUndefined();
    chmodSync(real, 0o755);
    world.run((await world.find('folder readable'))?.repair as string);
    expect(await world.find('folder readable')).toBeUndefined();
  });

  it('names the command for what only root sees', async () => {
    const world = new DoctorWorld();
    pretendLog(world, undefined);
    const place = { ...world.place, uid: 1000 };
    const { unseen } = diagnose(world.pretend(await gather(place)), new Ways(place));
    expect(unseen.map(({ command }) => command)).toEqual([expect.stringMatching(/^sudo \/.* doctor$/)]);
  });

  it('leaves the start to systemd where it has a unit for the daemon and answers', async () => {
    const world = new DoctorWorld();
    const unit = join(world.home, '.config/systemd/user/find-textd.service');
    mkdirSync(dirname(unit), { recursive: true });
    writeFileSync(unit, '');
    expect((await world.find('no daemon'))?.repair).toBe('find-textd run');
    mkdirSync(join(world.home, 'run/systemd/private'), { recursive: true });
    expect((await world.find('no daemon'))?.repair).toBe('systemctl --user start find-textd.service');
  });

  it('writes a name of any kind so that a shell takes it as one word', async () => {
    const world = new DoctorWorld();
    const home = join(world.home, `it's $(touch oops) "home"`);
    const data = join(home, 'find-text');
    mkdirSync(data, { recursive: true });
    chmodSync(data, 0o777);
    world.change({ locations: { ...world.place.locations, dataDirectory: data } });
    world.run((await world.find('folder open'))?.repair as string);
    expect(await world.find('folder open')).toBeUndefined();
  });

  it('finds nothing wrong where nothing is, in words and as JSON, and the exit status is that of what it finds', async () => {
    const world = new DoctorWorld();
    const place = { ...world.place, program: world.program };
    const [text, json] = [new TextSink(), new TextSink()];
    expect(await doctor({}, text, place)).toBe(1);
    expect(text.text).toMatch(/^problem {2}daemon: .*\n {9}why {6}.*\n {9}repair {3}.*find-textd run$/m);
    await doctor({ json: true }, json, place);
    const { isWell, findings } = JSON.parse(json.text);
    expect([isWell, findings.map(({ finding }: { finding: string }) => finding)]).toEqual([false, ['no daemon']]);
  });

  it('says what could not be looked at, and the exit status is 2 where that is all', async () => {
    const world = new DoctorWorld();
    rmSync(world.dataDirectory, { recursive: true });
    const place = {
      ...world.place,
      program: world.program,
      proc: '/nowhere',
      uid: 0,
      env: { ...world.env, SUDO_UID: '1' },
    };
    const sink = new TextSink();
    expect(await doctor({}, sink, place)).toBe(2);
    expect(sink.text).toMatch(/^failed {3}inotify: ENOENT/m);
    expect(sink.text).toMatch(/^unseen {3}your own index and daemon: root has none\n {9}see {6}find-textd doctor$/m);
  });
});
