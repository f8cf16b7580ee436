import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../../indexer/page/guard.js';

const HOST = '127.0.0.1:4711';
const OWN = {
  host: HOST,
  origin: `http://${HOST}`,
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
};

describe('refusalOf', () => {
  it('lets the page ask, also in a browser that does not say where from, and through a tunnel', () => {
    expect(refusalOf({ method: 'POST', url: '/api/hits', headers: OWN })).toBeUndefined();
    const { 'sec-fetch-site': _, ...old } = OWN;
    expect(refusalOf({ method: 'POST', url: '/api/hits', headers: old })).toBeUndefined();
    const tunnel = { ...OWN, host: 'localhost:9000', origin: 'http://localhost:9000' };
    expect(refusalOf({ method: 'POST', url: '/api/hits', headers: tunnel })).toBeUndefined();
  });

  it.each([
    'evil.example',
    'evil.example:4711',
    '127.0.0.1.evil.example',
    '127.0.0.1:4711@evil.example',
    'localhost.',
    '0.0.0.0:4711',
    '127.1',
    '',
    undefined,
  ])('knows no other machine by the name %s (DNS rebinding)', (host) => {
    const headers = { ...OWN, host, origin: `http://${host}` };
    expect(refusalOf({ method: 'POST', url: '/api/hits', headers })?.status).toBe(403);
    expect(refusalOf({ method: 'GET', url: '/', headers: { host } })?.status).toBe(403);
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['no site', { origin: undefined }],
    ['a sandboxed frame', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:8080' }],
    ['the other name of this machine', { origin: 'http://localhost:4711' }],
    ['TLS', { origin: `https://${HOST}` }],
    ['another site, by its own word', { 'sec-fetch-site': 'cross-site' }],
    ['another port, by its own word', { 'sec-fetch-site': 'same-site' }],
    ['a person who types the address', { 'sec-fetch-site': 'none' }],
  ])('takes no question from %s', (_, headers) => {
    expect(refusalOf({ method: 'POST', url: '/api/dead', headers: { ...OWN, ...headers } })?.status).toBe(403);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', undefined])(
    'takes no question as %s, which a form could send',
    (type) => {
      const headers = { ...OWN, 'content-type': type };
      expect(refusalOf({ method: 'POST', url: '/api/dead', headers })?.status).toBe(415);
    },
  );

  it('answers no question to anything but POST, and no file to anything but GET and HEAD', () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', undefined])
      expect(refusalOf({ method, url: '/api/resend', headers: OWN })?.status).toBe(405);
    for (const method of ['POST', 'PUT', 'OPTIONS'])
      expect(refusalOf({ method, url: '/', headers: OWN })?.status).toBe(405);
    expect(refusalOf({ method: 'HEAD', url: '/', headers: OWN })).toBeUndefined();
  });

  it('gives files to who types the address and to the page, and not to other sites', () => {
    const from = (site: string) =>
      refusalOf({ method: 'GET', url: '/page.js', headers: { host: HOST, 'sec-fetch-site': site } });
    expect([from('none'), from('same-origin')]).toEqual([undefined, undefined]);
    expect([from('cross-site')?.status, from('same-site')?.status]).toEqual([403, 403]);
  });
});
