/** Where secrets may stand, and where they are refused. */
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSecret } from '../../../../indexer/notify/deliver/secret.js';
import { FindTextError } from '../../../../shared/errors.js';
import { tempFolder } from '../../../helpers/temp.js';

const WHAT = 'the secret of the endpoint "ops"';
const SECRET = 'whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0';
const isRoot = process.getuid?.() === 0;

function secretFile(text = `${SECRET}\n`, mode = 0o600): string {
  const file = join(tempFolder(), 'secret');
  writeFileSync(file, text, { mode });
  chmodSync(file, mode);
  return file;
}

function failure(action: () => unknown): FindTextError {
  try {
    action();
  } catch (error) {
    if (error instanceof FindTextError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('readSecret', () => {
  it('takes the first line, without what is around it', () => {
    expect(readSecret({ file: secretFile(`  ${SECRET} \r\nmore\n`) }, WHAT)).toBe(SECRET);
  });

  it('takes the environment, and says which variable is missing', () => {
    expect(readSecret({ env: 'HOOK' }, WHAT, { HOOK: SECRET })).toBe(SECRET);
    expect(failure(() => readSecret({ env: 'HOOK' }, WHAT, { HOOK: ' ' })).message).toBe(
      `read ${WHAT}: the environment variable HOOK is not set`,
    );
  });

  it.each([0o604, 0o644, 0o666, 0o602, 0o660, 0o601])(
    'refuses a file of mode %o: it says what to do, and not the secret',
    (mode) => {
      const { message, hint } = failure(() => readSecret({ file: secretFile(undefined, mode) }, WHAT));
      expect(message).toMatch(/others? users? can|its group can|other users can/);
      expect(`${message}${hint}`).not.toContain(SECRET);
    },
  );

  it.skipIf(!isRoot)('refuses what a group may read that is none of ours', () => {
    const file = secretFile(undefined, 0o640);
    chownSync(file, 0, 65_533);
    expect(failure(() => readSecret({ file }, WHAT)).message).toContain('its group can read it');
  });

  it.skipIf(!isRoot)("takes root's file that one of our groups may read", () => {
    const file = secretFile(undefined, 0o640);
    chownSync(file, 0, process.getgroups?.()[0] ?? 0);
    expect(readSecret({ file }, WHAT)).toBe(SECRET);
  });

  it('refuses what is no plain file, is empty, or is not there', () => {
    const folder = tempFolder();
    const ofFolder = failure(() => readSecret({ file: folder }, WHAT));
    expect(ofFolder.message).toContain('not a plain file');
    expect(ofFolder.hint).toBe('the secret stands in the first line of a plain file');
    expect(failure(() => readSecret({ file: '/dev/null' }, WHAT)).message).toMatch(/not a plain file|other users can/);
    expect(failure(() => readSecret({ file: secretFile(' \n') }, WHAT)).message).toContain('it is empty');
    expect(failure(() => readSecret({ file: join(folder, 'none') }, WHAT)).message).toContain('there is no such file');
    expect(failure(() => readSecret({ file: secretFile('x'.repeat(20_000)) }, WHAT)).message).toContain('20000 bytes');
  });

  it('follows a symlink of its owner, and none through a folder where others can write', () => {
    const file = secretFile();
    const folder = tempFolder();
    symlinkSync(file, join(folder, 'link'));
    expect(readSecret({ file: join(folder, 'link') }, WHAT)).toBe(SECRET);
    const open = join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    writeFileSync(join(open, 'secret'), SECRET, { mode: 0o600 });
    symlinkSync(join(open, 'secret'), join(folder, 'out'));
    expect(failure(() => readSecret({ file: join(folder, 'out') }, WHAT)).message).toContain('other users can write');
  });

  it.skipIf(!isRoot)('refuses what belongs to another user', () => {
    const file = secretFile();
    chownSync(file, 65_534, 65_534);
    expect(failure(() => readSecret({ file }, WHAT)).message).toContain('belongs to');
  });
});
