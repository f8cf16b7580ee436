import { describe, expect, it } from 'vitest';
import { isNamePattern, nameMatcher } from '../../../shared/search/name-pattern.js';

describe('isNamePattern', () => {
  it.each(['*lock', '*port*', 'in*fix', 'm?tex', '*.c', '*-old', 'a*b*c', '*Ärger', 'libc.so.*.gz'])(
    'takes %s',
    (text) => {
      expect(isNamePattern(text)).toBe(true);
    },
  );

  it.each(['lock*', 'what?', '?', '**bold**', '*', '*.*', 'a.*b', 'x = *p', '/*foo', '?x', '*p;', 'http://a/?b=*c'])(
    'does not take %s',
    (text) => {
      expect(isNamePattern(text)).toBe(false);
    },
  );
});

describe('nameMatcher', () => {
  it.each([
    ['*lock', 'spinlock.c', true],
    ['*lock', 'spinlocks.c', false],
    ['*lock', 'SpinLockTest.java', true],
    ['lo*k', 'spinlock.c', false],
    ['mu*ex', 'my-mutex.c', true],
    ['mu*ex', 'mutexes.c', false],
    ['*port*', '2023-Report.pdf', true],
    ['m?tex', 'mutex.c', true],
    ['m?tex', 'muutex.c', false],
    ['*.c', 'a.c', true],
    ['*.c', 'a.cc', false],
    ['*.C', 'a.c', true],
    ['*resume', 'Mein Résumé', true],
    ['a*b*c', 'a-c-b', false],
    ['a*b*c', 'a-b-c', true],
    ['*東*', '大東京', true],
  ])('%s in %s: %s', (pattern, name, fits) => {
    expect(nameMatcher([pattern])(name)).toBe(fits);
  });

  it('takes the time of its length, however many stars it has', () => {
    const fits = nameMatcher([`${'a*'.repeat(100)}b`]);
    expect(fits('a'.repeat(255))).toBe(false);
  });
});
