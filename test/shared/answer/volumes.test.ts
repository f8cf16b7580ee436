import { expect, it, vi } from 'vitest';
import { Volumes } from '../../../shared/answer/volumes.js';

vi.mock('../../../shared/mounts.js', async (original) => ({
  ...(await original<typeof import('../../../shared/mounts.js')>()),
  readMounts: () => new Map([['/nfs', 'nfs4']]),
}));

it('asks a volume that may hang once, and again when the answer is old', () => {
  let nowMs = 0;
  let doesAnswer = false;
  const asked: string[] = [];
  const volumes = new Volumes(
    (point) => {
      asked.push(point.toString());
      return doesAnswer;
    },
    () => nowMs,
  );
  const look = (path: string) => volumes.canLook(Buffer.from(path));
  expect([look('/home/me'), look('/nfs/a'), look('/nfs/b')]).toEqual([true, false, false]);
  doesAnswer = true;
  nowMs = 9_000;
  expect([look('/nfs/a'), asked]).toEqual([false, ['/nfs']]);
  nowMs = 10_001;
  expect([look('/nfs/a'), look('/nfs/b'), asked]).toEqual([true, true, ['/nfs', '/nfs']]);
});
