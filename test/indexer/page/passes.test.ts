import { describe, expect, it } from 'vitest';
import { Passes } from '../../../indexer/page/passes.js';

const SECRET = Buffer.alloc(32, 1);
const DAY_MS = 86_400_000;
const PORT = 4711;

/** As a browser sends it. */
function sent({ cookie }: { cookie: string }): string {
  return cookie.split(';')[0] as string;
}

describe('Passes', () => {
  let nowMs = Date.UTC(2026, 10, 29);
  const passes = new Passes(SECRET, () => nowMs);

  it('are valid with both halves, also beside other cookies and in another thread of the daemon', () => {
    const pass = passes.issue(PORT);
    expect(passes.isValid(`a=b; ${sent(pass)}; c=d`, pass.key, PORT)).toBe(true);
    expect(new Passes(SECRET, () => nowMs).isValid(sent(pass), pass.key, PORT)).toBe(true);
  });

  it('keep the cookie from scripts and other sites', () => {
    expect(passes.issue(PORT).cookie).toMatch(/; Path=\/api\/; Max-Age=604800; HttpOnly; SameSite=Strict$/);
  });

  it('are not valid with one half, those of two passes, or of another daemon', () => {
    const [one, other] = [passes.issue(PORT), passes.issue(PORT)];
    expect(passes.isValid(sent(one), undefined, PORT)).toBe(false);
    expect(passes.isValid(undefined, one.key, PORT)).toBe(false);
    expect(passes.isValid(sent(one), other.key, PORT)).toBe(false);
    expect(passes.isValid(sent(one), [one.key], PORT)).toBe(false);
    const stranger = new Passes(Buffer.alloc(32, 2), () => nowMs);
    expect(stranger.isValid(sent(one), one.key, PORT)).toBe(false);
    const renamed = sent(one).replace(/^[^=]*/, sent(stranger.issue(PORT)).replace(/=.*/, ''));
    expect(stranger.isValid(renamed, one.key, PORT)).toBe(false);
  });

  it('are not valid with a half of the right length that has other letters than ours', () => {
    const pass = passes.issue(PORT);
    expect(passes.isValid(sent(pass), '\u00e9'.repeat(pass.key.length), PORT)).toBe(false);
    expect(passes.isValid(sent(pass), `${pass.key.slice(1)}\u00e9`, PORT)).toBe(false);
  });

  it('are not valid at another port, where somebody else may have listened before', () => {
    const pass = passes.issue(PORT);
    expect(passes.isValid(sent(pass), pass.key, PORT + 1)).toBe(false);
  });

  it('cannot be made to last longer, and the cookie is no key', () => {
    const pass = passes.issue(PORT);
    const [name, value = ''] = sent(pass).split('=');
    const [id, until, seal] = value.split('.');
    expect(passes.isValid(`${name}=${id}.${Number(until) + 1}.${seal}`, pass.key, PORT)).toBe(false);
    expect(passes.isValid(`${name}=${id}.${until}.${pass.key}`, pass.key, PORT)).toBe(false);
    expect(passes.isValid(sent(pass), seal, PORT)).toBe(false);
  });

  it('end after a week', () => {
    const pass = passes.issue(PORT);
    nowMs += 7 * DAY_MS - 1_000;
    expect(passes.isValid(sent(pass), pass.key, PORT)).toBe(true);
    nowMs += 1_000;
    expect(passes.isValid(sent(pass), pass.key, PORT)).toBe(false);
  });
});
