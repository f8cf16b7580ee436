/** Upgrades by the real dpkg: what of them is the work of the package manager, and what is told. */
import { appendFileSync, chmodSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UNKNOWN_DOER } from '../../../../indexer/notify/doers.js';
import { PackageWork } from '../../../../indexer/notify/packages/package-work.js';
import { Notes, openNotify } from '../../../../indexer/notify/store.js';
import type { Doer, NetChange, NetKind } from '../../../../indexer/notify/words.js';
import { lookNow } from '../../../../indexer/witness/look.js';
import { DpkgMachine, whyNoDpkg } from '../../../helpers/dpkg-machine.js';

const why = whyNoDpkg();
const DPKG: Doer = { ...UNKNOWN_DOER, exe: '/usr/bin/dpkg', comm: 'dpkg' };
const VIM: Doer = { ...UNKNOWN_DOER, exe: '/usr/bin/vim', comm: 'vim' };
const FILES = { 'usr/share/x/a': 'a 1', 'usr/share/x/b': 'b 1', 'etc/x.conf': 'conf 1' };

/** Time goes on by hand. */
class World {
  readonly machine = new DpkgMachine();
  readonly db = openNotify(this.machine.top);
  nowMs = Date.now();
  /** At the stamps of the databases. */
  looks = 0;
  readonly #clock = { monotonicMs: () => this.nowMs, wallMs: () => this.nowMs };
  work: PackageWork;

  constructor(private readonly caughtUp?: () => Promise<void>) {
    this.work = this.#make('one');
    onTestFinished(async () => {
      await this.work.close();
      this.db.close();
    });
  }

  install(version: string, files: Readonly<Record<string, string>>): void {
    this.machine.dpkg('-i', this.machine.build('x', version, files));
  }

  async restart(scope: string): Promise<void> {
    await this.work.close();
    this.work = this.#make(scope);
  }

  /** Some seconds later, and once more when all lists are read. */
  async rest(): Promise<boolean> {
    return (await this.#restOnce()) || this.#restOnce();
  }

  async #restOnce(): Promise<boolean> {
    this.nowMs += 5_000;
    const is = await this.work.isAtRest(() => false);
    await this.work.settled();
    return is;
  }

  change(kind: NetKind, name: string, parts: Partial<NetChange> = {}): NetChange {
    const path = this.machine.at(name);
    const looked = lookNow(path, { maxBytes: 1 << 20, timeoutMs: 60_000 });
    const after = looked.kind === 'there' ? looked.witness : null;
    const times = { count: 1, firstMs: this.nowMs, lastMs: this.nowMs, eventIds: [] };
    const flags = { isFolder: false, isSynthetic: false, isWithheld: false, origin: 'audit' } as const;
    const doers = [{ doer: DPKG, count: 1 }];
    return { kind, path, ...flags, doers, before: null, after, changed: ['sha256'], ...times, ...parts };
  }

  async ownerOf(...change: Parameters<World['change']>): Promise<string | undefined> {
    const owner = await this.work.ownerOf(this.change(...change));
    return owner && `${owner.name} ${owner.version}`;
  }

  #make(scope: string): PackageWork {
    const { packages } = this.machine;
    return new PackageWork({
      db: this.db,
      installed: {
        judge: (...file) => packages.judge(...file),
        isChanging: () => packages.isChanging(),
        versions: () => packages.versions(),
        lists: () => packages.lists(),
        stamp: () => {
          this.looks++;
          return packages.stamp();
        },
      },
      clock: this.#clock,
      watched: { has: (path) => !Buffer.from(path).includes('unwatched') },
      notes: new Notes(this.db),
      scope,
      ...(this.caughtUp && { arriving: { ask: this.caughtUp } }),
    });
  }
}

describe.skipIf(why)(`a change that a package manager made${why ? ` (not here: ${why})` : ''}`, () => {
  it('is its work where the file is as packaged, and is told where it is not', async () => {
    const world = new World();
    world.install('1', FILES);
    world.install('2', { ...FILES, 'usr/share/x/a': 'a 2' });
    expect(await world.ownerOf('modified', 'usr/share/x/a')).toBe('x 2');
    expect(await world.ownerOf('created', 'usr/share/x/b')).toBe('x 2');
    appendFileSync(world.machine.at('usr/share/x/a'), 'tampered');
    expect(await world.ownerOf('modified', 'usr/share/x/a')).toBe(undefined);
    writeFileSync(world.machine.at('usr/share/x/by-a-script'), 'x');
    expect(await world.ownerOf('created', 'usr/share/x/by-a-script')).toBe(undefined);
  });

  it('is told where somebody else had a part in it, or nobody is known', async () => {
    const world = new World();
    world.install('1', FILES);
    const [dpkg, vim] = [
      { doer: DPKG, count: 1 },
      { doer: VIM, count: 1 },
    ];
    expect(await world.ownerOf('modified', 'usr/share/x/a', { doers: [dpkg, vim] })).toBe(undefined);
    expect(await world.ownerOf('modified', 'usr/share/x/a', { doers: [vim] })).toBe(undefined);
    expect(await world.ownerOf('modified', 'usr/share/x/a', { doers: [] })).toBe(undefined);
    expect(await world.ownerOf('modified', 'usr/share/x/a', { isWithheld: true })).toBe(undefined);
  });

  it('is told where rights have changed or are dangerous: the database does not prove them', async () => {
    const world = new World();
    world.install('1', FILES);
    expect(await world.ownerOf('modified', 'usr/share/x/a', { changed: ['sha256', 'mode'] })).toBe(undefined);
    expect(await world.ownerOf('attrib', 'usr/share/x/a', { changed: ['uid'] })).toBe(undefined);
    chmodSync(world.machine.at('usr/share/x/a'), 0o4755);
    expect(await world.ownerOf('created', 'usr/share/x/a')).toBe(undefined);
  });

  it('may be a deletion of what an upgrade or a removal leaves out, but not of what is still packaged', async () => {
    const world = new World();
    world.install('1', FILES);
    expect(await world.rest()).toBe(true);
    rmSync(world.machine.at('usr/share/x/b'));
    expect(await world.ownerOf('deleted', 'usr/share/x/b')).toBe(undefined);
    world.install('2', { 'usr/share/x/a': 'a 2', 'etc/x.conf': 'conf 1' });
    expect(await world.ownerOf('deleted', 'usr/share/x/b')).toBe('x 1');
    // The lists are read again before all events of the upgrade have come.
    await world.rest();
    expect(await world.ownerOf('deleted', 'usr/share/x/b')).toBe('x 2');
    expect(await world.ownerOf('deleted', 'usr/share/x/never-packaged')).toBe(undefined);
    await world.restart('one');
    expect(await world.ownerOf('deleted', 'usr/share/x/b')).toBe('x 2');
    const firstMs = world.nowMs;
    world.machine.dpkg('--purge', 'x');
    await world.rest();
    expect(await world.ownerOf('deleted', 'usr/share/x/a', { firstMs })).toBe('x 2');
    world.nowMs += 2 * 3_600_000;
    world.machine.dpkg('-i', world.machine.build('y', '1', { 'usr/share/y': 'y' }));
    await world.rest();
    expect(await world.ownerOf('deleted', 'usr/share/x/a')).toBe(undefined);
  });

  it('is known of all names that the rules watch now', async () => {
    const world = new World();
    world.install('1', { 'usr/share/unwatched': 'x' });
    await world.rest();
    world.install('2', { 'usr/share/x': 'x' });
    expect(await world.ownerOf('deleted', 'usr/share/unwatched')).toBe(undefined);
  });
});

describe.skipIf(why)(`while dpkg is at work${why ? ` (not here: ${why})` : ''}`, () => {
  it('its database does not say yet what is on the disk, and no line is told', async () => {
    const world = new World();
    expect(await world.work.isAtWork()).toBe(false);
    const dpkg = await world.machine.startInstalling('slow');
    expect(await world.work.isAtWork()).toBe(true);
    expect(await world.rest()).toBe(false);
    await dpkg.goOn();
    expect(await world.work.isAtWork()).toBe(false);
    expect(await world.rest()).toBe(true);
    expect(world.work.book.versions['slow:all']).toBe('1');
  });

  it('what was judged since nobody was at work may be of two versions', async () => {
    const world = new World();
    world.install('1', FILES);
    expect(await world.work.isAtWork()).toBe(false);
    expect(await world.work.hasMovedOn()).toBe(false);
    world.install('2', FILES);
    expect(await world.work.hasMovedOn()).toBe(true);
    expect(await world.work.isAtWork()).toBe(false);
    const dpkg = await world.machine.startInstalling('slow');
    expect(await world.work.hasMovedOn()).toBe(true);
    await dpkg.goOn();
  });

  it('the names of its packages are read first: an upgrade may delete some', async () => {
    const world = new World();
    world.install('1', FILES);
    expect(await world.work.isAtRest(() => false)).toBe(false);
    expect(await world.work.isAtWork()).toBe(true);
    await world.work.settled();
    expect(await world.work.isAtWork()).toBe(false);
  });

  it('a lock that nobody takes away is not believed for ever', async () => {
    const world = new World();
    await world.work.isAtWork();
    const dpkg = await world.machine.startInstalling('slow');
    expect(await world.rest()).toBe(false);
    world.nowMs += 400_000;
    expect(await world.rest()).toBe(true);
    await dpkg.goOn();
  });
});

describe.skipIf(why)(`the line of a package${why ? ` (not here: ${why})` : ''}`, () => {
  it('has the version before, whatever comes first', async () => {
    const world = new World(() => new Promise<void>(() => {}));
    world.install('1', FILES);
    await world.work.isAtRest(() => true);
    expect(world.work.book.versions['x:all']).toBe('1');
    const other = new World(() => new Promise<void>(() => {}));
    other.install('1', FILES);
    const dpkg = await other.machine.startInstalling('slow');
    await other.work.isAtRest(() => true);
    expect(other.work.book.versions['x:all']).toBe('1');
    await dpkg.goOn();
  });

  it('waits for events that are on their way', async () => {
    const answers: (() => void)[] = [];
    const world = new World(() => new Promise<void>((resolve) => answers.push(resolve)));
    await world.work.isAtWork();
    expect([await world.rest(), answers.length]).toEqual([false, 1]);
    expect([await world.rest(), answers.length]).toEqual([false, 1]);
    answers[0]?.();
    world.nowMs += 5_000;
    expect(await world.work.isAtRest(() => true)).toBe(false);
    expect(await world.rest()).toBe(true);
    // There was something to decide on since.
    await world.work.isAtWork();
    world.install('1', FILES);
    expect([await world.rest(), answers.length]).toEqual([false, 2]);
    answers[1]?.();
    expect(await world.rest()).toBe(true);
  });

  it('looks at the databases each second after work of theirs, and rarely at rest', async () => {
    const world = new World();
    world.install('1', FILES);
    expect(await world.rest()).toBe(true);
    const looksIn = async (seconds: number) => {
      world.looks = 0;
      for (let second = 0; second < seconds; second++) {
        world.nowMs += 1_000;
        await world.work.isAtRest(() => false);
      }
      return world.looks;
    };
    expect(await looksIn(60)).toBe(4);
    await world.work.isAtWork();
    expect(await looksIn(30)).toBeGreaterThan(25);
    await looksIn(60);
    expect(await looksIn(60)).toBe(4);
  });
});
