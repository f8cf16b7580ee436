import { expect, it } from 'vitest';
import { MountMemory } from '../../../indexer/volumes/mount-memory.js';

const bytes = (path: string) => Buffer.from(path);

function memoryOf(remembered: unknown, ...mounted: string[]) {
  let points = mounted;
  const memory = new MountMemory(
    remembered,
    [bytes('/home'), bytes('/mnt/stick/docs')],
    () => new Map(points.map((point) => [point, '1'])),
  );
  const mountOnly = (...now: string[]) => {
    points = now;
  };
  return { memory, mountOnly };
}

it('tells that a volume is not mounted any more at a folder or above it, whatever the device numbers', () => {
  const { memory, mountOnly } = memoryOf(undefined, '/', '/home/a', '/mnt/stick');
  expect(memory.isUnmounted(bytes('/home/a'))).toBe(false);
  expect(memory.note()).toBe(true);
  mountOnly('/');
  expect(
    ['/home/a', '/home/a/b', '/mnt/stick/docs', '/home/other', '/home'].map((path) => memory.isUnmounted(bytes(path))),
  ).toEqual([true, true, true, false, false]);
  mountOnly('/', '/home/a');
  expect(memory.isUnmounted(bytes('/home/a/b'))).toBe(false);
});

it('goes on where the last life ended', () => {
  const { memory } = memoryOf(['/home/a']);
  expect(memory.isUnmounted(bytes('/home/a'))).toBe(true);
  expect(memoryOf('nonsense').memory.isUnmounted(bytes('/home/a'))).toBe(false);
});

it('leaves out what is no matter of the roots', () => {
  const { memory } = memoryOf(undefined, '/', '/var', '/mnt/stick2', '/home/a\xff');
  memory.note();
  expect(memory.note()).toBe(false);
  expect(memory.encoded).toEqual(['/', '/home/a\xff']);
});

it('forgets mount points that are gone, but for those whose content is kept', () => {
  const { memory, mountOnly } = memoryOf(undefined, '/home/a', '/home/b', '/home/c');
  memory.note();
  mountOnly('/home/a');
  memory.forget([bytes('/home/c')]);
  expect(memory.encoded).toEqual(['/home/a', '/home/c']);
});
