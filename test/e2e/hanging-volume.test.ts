/** A volume that hangs, as one does whose server has gone: nobody waits for it, and nothing of it is forgotten. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FuseVolume, whyNoFuse } from '../helpers/fuse-volume.js';
import { TestEnv } from '../helpers/test-env.js';

const why = whyNoFuse();

/** One file in the tree, two on the volume. */
async function withVolume(): Promise<{ env: TestEnv; volume: FuseVolume; folder: string }> {
  const env = new TestEnv();
  const folder = join(env.home, 'n\u00e4s 1');
  const volume = await FuseVolume.mount(folder);
  writeFileSync(env.path('here.txt'), 'sharedword localword');
  writeFileSync(join(volume.source, 'far.txt'), 'sharedword farword');
  writeFileSync(join(volume.source, 'page.html'), '<p>sharedword pageword');
  return { env, volume, folder };
}

describe.skipIf(why !== undefined)(`a volume that hangs${why ? ` [${why}]` : ''}`, () => {
  it('is not waited for by a search: its hits are shown, and said not to be verified', async () => {
    const { env, volume, folder } = await withVolume();
    expect(env.run('find-textd', 'rebuild', env.tree, folder).status).toBe(0);
    const before = env.run('find-text', '--json', 'sharedword');
    expect(before.stdout).not.toContain('unverified');
    volume.freeze();
    const { status, stdout, stderr } = env.run('find-text', '--json', 'sharedword');
    expect(status).toBe(0);
    const hits = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const shown = hits.map(({ name, unverified, snippet }) => [name, unverified, snippet.text]).sort();
    expect(shown).toEqual([
      ['far.txt', true, ''],
      ['here.txt', undefined, 'sharedword localword'],
      ['page.html', true, 'sharedword pageword'],
    ]);
    expect(stderr).toContain('2 of these files could not be looked at: a volume does not answer');
    const paths = env.run('find-text', '-l', 'sharedword');
    expect(paths.stdout.trim().split('\n').sort()).toEqual(
      [join(folder, 'far.txt'), join(folder, 'page.html'), env.path('here.txt')].sort(),
    );
    expect(paths.stderr).toContain('could not be looked at');
    expect(env.run('find-text', 'localword').stderr).not.toContain('could not be looked at');
    expect(env.run('find-textd', 'status').stdout).toContain('3 files');
    volume.thaw();
    expect(env.run('find-text', '--json', 'sharedword').stdout).toBe(before.stdout);
  });
});
