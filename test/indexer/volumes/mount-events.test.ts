import { execFileSync } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { onMountChange } from '../../../indexer/volumes/mount-events.js';
import { tempFolder } from '../../helpers/temp.js';
import { until } from '../../helpers/test-env.js';

it.skipIf(process.getuid?.() !== 0)('tells of every mount and unmount [needs root]', async () => {
  const folder = tempFolder();
  let told = 0;
  const events = onMountChange(() => told++);
  onTestFinished(() => {
    events.close();
    execFileSync('sh', ['-c', `umount -l '${folder}' 2>/dev/null; true`]);
  });
  for (let turns = 0; turns < 3; turns++) await new Promise(setImmediate);
  const expectTold = async (...command: [string, ...string[]]) => {
    const before = told;
    execFileSync(command[0], command.slice(1));
    await until(`${command.join(' ')} is told`, () => told > before);
  };
  await expectTold('mount', '-t', 'tmpfs', 'tmpfs', folder);
  await expectTold('umount', folder);
  await expectTold('sh', '-c', `mount -t tmpfs tmpfs '${folder}' && umount '${folder}'`);
});

it.skipIf(process.getuid?.() !== 0)('knows of a change before it has told of it [needs root]', async () => {
  const folder = tempFolder();
  const events = onMountChange(() => {});
  onTestFinished(() => {
    events.close();
    execFileSync('umount', [folder]);
  });
  for (let turns = 0; turns < 3; turns++) await new Promise(setImmediate);
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
  expect(events.take()).toBe(true);
});

it('is quiet when it is closed', () => {
  const events = onMountChange(() => expect.unreachable());
  events.close();
});
