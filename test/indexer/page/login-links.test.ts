import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeLink, redeemLink, VALID_MS } from '../../../indexer/page/login-links.js';
import { tempFolder } from '../../helpers/temp.js';

describe('links to the page', () => {
  let folder: string;
  beforeEach(() => {
    folder = tempFolder();
  });

  it('open it once, and leave nothing behind', () => {
    const secret = makeLink(folder);
    expect(readdirSync(folder).join()).not.toContain(secret);
    expect(redeemLink(folder, secret)).toBe(true);
    expect(redeemLink(folder, secret)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('open it for five minutes, also by a clock that is set back', () => {
    const secret = makeLink(folder);
    expect(redeemLink(folder, secret, Date.now() + VALID_MS + 1_000)).toBe(false);
    expect(redeemLink(folder, secret, Date.now() - 2 * VALID_MS)).toBe(false);
    expect(redeemLink(folder, secret)).toBe(true);
  });

  it('are removed when they are old, and nothing else is', () => {
    makeLink(folder);
    const [old = ''] = readdirSync(folder);
    utimesSync(join(folder, old), 1, 1);
    writeFileSync(join(folder, 'query.sock'), '');
    utimesSync(join(folder, 'query.sock'), 1, 1);
    makeLink(folder);
    expect(readdirSync(folder)).not.toContain(old);
    expect(readdirSync(folder)).toContain('query.sock');
  });

  it.each([undefined, 7, '', '../x', 'a'.repeat(43), `${'a'.repeat(42)}/`, ['x']])('are nothing like %j', (secret) => {
    makeLink(folder);
    expect(redeemLink(folder, secret)).toBe(false);
  });

  it('are plain files', () => {
    const secret = makeLink(folder);
    const [name = ''] = readdirSync(folder);
    const other = tempFolder();
    symlinkSync(join(folder, name), join(other, name));
    expect(redeemLink(other, secret)).toBe(false);
    const third = tempFolder();
    mkdirSync(join(third, name));
    expect(redeemLink(third, secret)).toBe(false);
  });
});
