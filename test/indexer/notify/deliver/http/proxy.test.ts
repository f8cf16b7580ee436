/** Which proxy, and when a receiver wants to be asked again. */
import { describe, expect, it } from 'vitest';
import { proxyFor } from '../../../../../indexer/notify/deliver/http/proxy.js';
import { parseRetryAfter } from '../../../../../indexer/notify/deliver/http/retry-after.js';

const HOOK = new URL('https://hooks.example.org/x');

describe('proxyFor', () => {
  it.each([
    [{ https_proxy: 'http://proxy:3128' }, 'http://proxy:3128/'],
    [{ HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128/'],
    [{ ALL_PROXY: 'http://proxy:1' }, 'http://proxy:1/'],
    [{ http_proxy: 'http://proxy:3128' }, undefined],
    [{ https_proxy: 'socks5://proxy:1080' }, undefined],
    [{ https_proxy: '' }, undefined],
    [{}, undefined],
  ])('takes %o', (env, expected) => {
    expect(proxyFor(HOOK, undefined, env)?.href).toBe(expected);
  });

  it('takes http_proxy in small letters only: a web server may make the other of a header', () => {
    const http = new URL('http://hooks.example.org/x');
    expect(proxyFor(http, undefined, { http_proxy: 'http://proxy:1' })?.href).toBe('http://proxy:1/');
    expect(proxyFor(http, undefined, { HTTP_PROXY: 'http://evil:1' })).toBeUndefined();
  });

  it.each([
    ['*', true],
    ['hooks.example.org', true],
    ['example.org', true],
    ['.example.org', true],
    ['*.example.org', true],
    ['other.org, EXAMPLE.org:443', true],
    ['example.org:8443', false],
    ['ample.org', false],
    ['hooks.example.org.evil', false],
    ['', false],
  ])('knows the exception %s', (no_proxy, isDirect) => {
    expect(proxyFor(HOOK, undefined, { https_proxy: 'http://proxy:1', no_proxy }) === undefined).toBe(isDirect);
  });

  it('takes the configured one before all of that', () => {
    expect(proxyFor(HOOK, 'http://mine:8080', { https_proxy: 'http://proxy:1', no_proxy: '*' })?.href).toBe(
      'http://mine:8080/',
    );
  });
});

describe('parseRetryAfter', () => {
  const NOW = Date.parse('2026-11-29T10:00:00Z');

  it.each([
    ['0', 0],
    ['30', 30_000],
    ['1.5', 1_500],
    [' 7 ', 7_000],
    ['Sun, 29 Nov 2026 10:01:00 GMT', 60_000],
    ['Sun, 29 Nov 2026 09:00:00 GMT', 0],
    ['99999999999', 86_400_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 86_400_000],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %s', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });
});
