/** A symlink of a package is as packaged while it leads where its package says, and is a symlink. */
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { InstalledPackages } from '../../indexer/packages/installed-packages.js';

/** @param link  as it was installed; something else afterwards. */
export async function expectLinkJudged(packages: Pick<InstalledPackages, 'judge'>, link: Buffer): Promise<void> {
  const kind = async () => (await packages.judge(link)).kind;
  expect(await kind()).toBe('as-packaged');
  rmSync(link);
  symlinkSync('/etc/passwd', link);
  expect(await kind()).toBe('other');
  rmSync(link);
  writeFileSync(link, 'a');
  expect(await kind()).toBe('other');
}
