import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { HangingVolumes, VolumeSilent } from '../../../indexer/disk/hanging-volumes.js';
import type { Mounts } from '../../../shared/mounts.js';

const SHARE = Buffer.from('/net/share');
const FILE = Buffer.from('/net/share/a');

/** A volume that answers when it is told to. */
function volumesWith(mounts: Mounts) {
  const answers: (() => void)[] = [];
  const told: string[] = [];
  const asked: string[] = [];
  let mountsChange: () => void = () => {};
  const volumes = new HangingVolumes({
    readMounts: () => mounts,
    ask: (point) => {
      asked.push(String(point));
      return { answer: new Promise((resolve) => answers.push(resolve)), end: () => {} };
    },
    onMountChange: (callback) => {
      mountsChange = callback;
      return { close: () => {} };
    },
    limitMs: 30,
  });
  volumes.attend({ onSilent: (point) => told.push(`silent ${point}`), onBack: (point) => told.push(`back ${point}`) });
  const answer = async () => {
    for (const each of answers.splice(0)) each();
    await pause(0);
  };
  return { volumes, told, asked, answer, mountsChange: () => mountsChange() };
}

const never = () => new Promise<never>(() => {});

describe('volumes that may hang', () => {
  it('are silent from the limit until they answer', async () => {
    const { volumes, told, answer } = volumesWith(new Map([['/net/share', 'nfs4']]));
    await volumes.start();
    expect(volumes.silent).toEqual([SHARE]);
    expect([volumes.isSilent(FILE), volumes.isSilent(Buffer.from('/net/other'))]).toEqual([true, false]);
    await expect(volumes.look(FILE, async () => 1)).rejects.toThrow(VolumeSilent);
    await answer();
    expect(told).toEqual(['silent /net/share', 'back /net/share']);
    expect(await volumes.look(FILE, async () => 1)).toBe(1);
    volumes.close();
  });

  it('give up the looks that wait, and leave a thread for local files', async () => {
    const { volumes, told, answer } = volumesWith(new Map([['/net/share', 'nfs4']]));
    const started = volumes.start();
    let calls = 0;
    const look = () =>
      volumes.look(FILE, () => {
        calls++;
        return never();
      });
    const looks = Promise.allSettled([look(), look(), look(), look()]);
    expect(calls).toBe(2);
    expect(await volumes.look(Buffer.from('/home/a'), async () => 'local')).toBe('local');
    await started;
    expect((await looks).map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect([calls, volumes.isStuck, told]).toEqual([2, true, ['silent /net/share']]);
    await answer();
    volumes.close();
  });

  it('never take more than three threads, and go on when one is free', async () => {
    const mounts = new Map(['/a', '/b', '/c'].map((point) => [point, 'fuse.sshfs'] as const));
    const { volumes, answer } = volumesWith(mounts);
    const started = volumes.start();
    await answer();
    await started;
    const ends: (() => void)[] = [];
    const wait = () => new Promise<void>((resolve) => ends.push(resolve));
    const looks = ['/a/1', '/a/2', '/a/3', '/b/1', '/b/2'].map((path) => volumes.look(Buffer.from(path), wait));
    expect(ends).toHaveLength(3);
    for (let at = 0; at < 5; at++) {
      ends[at]?.();
      await pause(0);
    }
    await Promise.all(looks);
    expect(volumes.isStuck).toBe(false);
    volumes.close();
  });

  it('that are unmounted while they hang count as back', async () => {
    const mounts = new Map([['/net/share', 'nfs4']]);
    const { volumes, told } = volumesWith(mounts);
    await volumes.start();
    mounts.clear();
    await volumes.start();
    expect([volumes.silent, volumes.isSilent(FILE), told.at(-1)]).toEqual([[], false, 'back /net/share']);
    volumes.close();
  });

  it('are known as soon as they are mounted, and asked then', async () => {
    const mounts = new Map([['/net/share', 'nfs4']]);
    const { volumes, asked, mountsChange } = volumesWith(mounts);
    void volumes.start();
    mounts.set('/net/late', 'fuse.sshfs');
    mountsChange();
    expect(volumes.mayHang(Buffer.from('/net/late/a'))).toBe(true);
    expect(asked).toEqual(['/net/share', '/net/late']);
    volumes.close();
  });

  it('that have nothing to do with the roots are asked while somebody looks at them', async () => {
    const { volumes, asked } = volumesWith(new Map([['/net/share', 'nfs4']]));
    volumes.follow([Buffer.from('/home')]);
    await volumes.start();
    expect(asked).toEqual([]);
    const looks = Promise.allSettled([volumes.look(FILE, never), volumes.look(FILE, never)]);
    expect((await looks).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect([asked, volumes.silent]).toEqual([['/net/share'], [SHARE]]);
    volumes.close();
  });

  it('that have been given up are tried again by who attends next', async () => {
    const { volumes, answer } = volumesWith(new Map([['/net/share', 'nfs4']]));
    const started = volumes.start();
    await answer();
    await started;
    volumes.giveUp();
    await expect(volumes.look(FILE, async () => 1)).rejects.toThrow(VolumeSilent);
    volumes.attend({ onSilent: () => {}, onBack: () => {} });
    expect(await volumes.look(FILE, async () => 1)).toBe(1);
    volumes.close();
  });
});
