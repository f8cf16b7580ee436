import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { MAX_LINE_BYTES } from '../../../shared/ask/request.js';
import { PageWorld } from '../../helpers/page-world.js';
import { SampleIndex } from '../../helpers/sample-index.js';
import { until } from '../../helpers/test-env.js';

describe('PageServer', () => {
  const worlds: PageWorld[] = [];
  const start = async (given?: ConstructorParameters<typeof PageWorld>[0]) => {
    const world = new PageWorld(given);
    worlds.push(world);
    return world.start();
  };
  afterEach(() => {
    for (const world of worlds.splice(0)) world.close();
  });
  const raw = async ({ port }: PageWorld): Promise<Socket & { told: () => string }> => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    socket.on('error', () => {});
    await once(socket, 'connect');
    return Object.assign(socket, { told: () => text });
  };

  it('serves its few files, which load nothing from elsewhere and hold no script or style of their own', async () => {
    const world = await start();
    const { status, text } = await world.send('/');
    expect(status).toBe(200);
    expect(text).not.toMatch(/https?:|<style|style=|\son\w+=|<script>/);
    for (const path of ['/page.js', '/page.css', '/icon.svg', '/?x']) expect((await world.send(path)).status).toBe(200);
    for (const path of ['/page', '/../package.json', '/%2e%2e/package.json', '/page.js/', '//page.js', '/index.html'])
      expect((await world.send(path)).status).toBe(404);
    const head = await world.send('/', { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('says with every answer what the browser may not do', async () => {
    const world = await start({
      handlers: {
        well: () => ({}),
        ill: () => {
          throw new Error('x');
        },
      },
    });
    const question = { method: 'POST', headers: { ...world.ownHeaders, ...world.passHeaders }, body: '{}' };
    const answers = [
      await world.send('/'),
      await world.send('/nothing'),
      await world.send('/', { headers: { Host: 'evil.example' } }),
      await world.send('/api/well', question),
      await world.send('/api/ill', question),
      await world.send('/api/login', question),
      await world.send('/api/well', { method: 'POST', headers: world.ownHeaders }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 403, 200, 400, 401, 401]);
    for (const { headers } of answers) {
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "frame-ancestors 'none'",
          "form-action 'none'",
          "base-uri 'none'",
        ]),
      );
      expect(String(headers['content-security-policy'])).not.toMatch(/unsafe|\*|data:|https?:/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'x-frame-options': 'DENY',
        'cache-control': 'no-store',
      });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('exchanges a link for a pass, once', async () => {
    const world = await start({ handlers: { well: () => ({ isWell: true }) } });
    const login = { method: 'POST', headers: world.ownHeaders, body: JSON.stringify({ secret: 'a link' }) };
    const told = await world.send('/api/login', login);
    const { key } = JSON.parse(told.text);
    const [cookie = ''] = told.headers['set-cookie'] as string[];
    const pass = { Cookie: cookie.split(';')[0] as string, 'X-Find-Text-Key': key };
    const ask = (headers: Record<string, string>) =>
      world.send('/api/well', { method: 'POST', headers: { ...world.ownHeaders, ...headers }, body: '{}' });
    expect((await ask(pass)).text).toBe('{"isWell":true}');
    const { Cookie, ...onlyKey } = pass;
    expect([(await ask({ Cookie })).status, (await ask(onlyKey)).status, (await ask({})).status]).toEqual([
      401, 401, 401,
    ]);
    const again = await world.send('/api/login', login);
    expect([again.status, again.headers['set-cookie'], again.text]).toEqual([
      401,
      undefined,
      expect.stringContaining('find-textd page'),
    ]);
  });

  it('runs nothing for a question without a pass, from another site, or with a name that is inherited', async () => {
    let runs = 0;
    const world = await start({ handlers: { resend: () => ++runs } });
    const body = '{}';
    const all = { ...world.ownHeaders, ...world.passHeaders };
    const statuses = await Promise.all([
      world.send('/api/resend', { method: 'POST', headers: world.ownHeaders, body }),
      world.send('/api/resend', { method: 'POST', headers: { ...all, Origin: 'http://evil.example' }, body }),
      world.send('/api/resend', {
        method: 'POST',
        headers: { ...all, Host: 'evil.example', Origin: 'http://evil.example' },
        body,
      }),
      world.send('/api/resend', { method: 'GET', headers: all }),
      world.send('/api/toString', { method: 'POST', headers: all, body }),
      world.send('/api/__proto__', { method: 'POST', headers: all, body }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([401, 403, 403, 405, 404, 404]);
    expect(runs).toBe(0);
  });

  it('reads questions of a bounded size that are JSON objects', async () => {
    const world = await start({ handlers: { echo: (question) => question } });
    const headers = { ...world.ownHeaders, ...world.passHeaders };
    const send = (body: string) => world.send('/api/echo', { method: 'POST', headers, body });
    expect((await send('{"a":1}')).text).toBe('{"a":1}');
    for (const body of ['', '7', 'null', '[]', '{', '"x"']) expect((await send(body)).status).toBe(400);
    expect((await send(JSON.stringify({ a: 'x'.repeat(MAX_LINE_BYTES) }))).status).toBe(413);
  });

  it('answers hits, previews and facets as the query socket does, and says what is wrong with a question', async () => {
    const sample = new SampleIndex({ 'notes/a.txt': 'an apple\nand a pear', 'b.md': 'an apple' });
    const world = await start({ sample });
    const { hits, total } = (await world.ask('hits', { query: 'apple pear' })) as {
      hits: Record<string, unknown>[];
      total: number;
    };
    expect([total, hits[0]]).toEqual([
      1,
      expect.objectContaining({ shownName: 'a.txt', shownFolder: sample.path('notes') }),
    ]);
    const path = sample.path('notes/a.txt');
    const { preview } = (await world.ask('preview', { query: 'pear', path })) as { preview: unknown };
    expect(preview).toEqual({ text: 'an apple\nand a pear', highlights: [[15, 19]], line: 1 });
    expect(await world.ask('preview', { query: 'pear', path: '/etc/passwd' })).toEqual({ preview: null });
    expect(await world.ask('facets', { query: 'apple' })).toMatchObject({ kinds: [{ term: 'type:text', count: 2 }] });
    expect(await world.ask('hits', { query: 7 })).toMatchObject({ error: { code: 'FT_REQUEST_INVALID' } });
    expect(await world.ask('hits', { query: '' })).toMatchObject({ error: { code: 'FT_QUERY_SYNTAX' } });
  });

  it('shows names without what could deceive, and keeps their bytes', async () => {
    const sample = new SampleIndex();
    sample.write(Buffer.from('gpj.\u202e\u001b[31m<b>apple'), 'apple');
    sample.write(Buffer.from('apple \xff', 'latin1'), 'apple');
    sample.refreshVocabulary();
    const { hits } = (await (await start({ sample })).ask('hits', { query: 'apple' })) as {
      hits: Record<string, unknown>[];
    };
    const shown = hits.map(({ shownName, pathHex }) => [shownName, pathHex]).sort();
    expect(shown).toEqual([
      ['apple \\xff', Buffer.concat([Buffer.from(`${sample.root}/apple `), Buffer.from([0xff])]).toString('hex')],
      ['gpj.\\u{202e}\\x1b[31m<b>apple', undefined],
    ]);
  });

  it('lets go of who does not ask to the end, or does not read', async () => {
    const world = await start({
      limits: { askingMs: 100, readingMs: 300, silentMs: 200 },
      handlers: { much: () => 'x'.repeat(16 << 20) },
    });
    const [beginner, silent, slow] = [await raw(world), await raw(world), await raw(world)];
    beginner.write('POST /api/hits HTTP/1.1\r\nHost: 127');
    const lines = Object.entries({ ...world.ownHeaders, ...world.passHeaders }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    slow.pause();
    slow.write(`POST /api/much HTTP/1.1\r\n${lines.join('')}Content-Length: 2\r\n\r\n{}`);
    await until('all are let go of', () => world.server.connections === 0);
    for (const socket of [beginner, silent, slow]) socket.destroy();
  });

  it('has never too many connections: the one goes that has asked nothing for longest', async () => {
    const world = await start({ limits: { connections: 3 } });
    const first = await raw(world);
    await until('it is known', () => world.server.connections === 1);
    const others = await Promise.all(Array.from({ length: 6 }, () => raw(world)));
    await until('the first one is let go of', () => first.closed);
    expect(world.server.connections).toBeLessThanOrEqual(3);
    expect((await world.send('/')).status).toBe(200);
    for (const socket of others) socket.destroy();
  });

  it('answers a flood with a bound, and goes on', async () => {
    let runs = 0;
    const world = await start({ handlers: { count: () => ++runs } });
    const headers = { ...world.ownHeaders, ...world.passHeaders };
    const statuses: number[] = [];
    for (let sent = 0; sent < 1_500 && !statuses.includes(429); sent += 30) {
      const some = Array.from({ length: 30 }, () => world.send('/api/count', { method: 'POST', headers, body: '{}' }));
      statuses.push(...(await Promise.all(some)).map(({ status }) => status));
    }
    expect(statuses).toContain(429);
    expect(runs).toBe(statuses.filter((status) => status === 200).length);
    await until(
      'questions are answered again',
      async () => (await world.send('/api/count', { method: 'POST', headers, body: '{}' })).status === 200,
    );
  });

  it('refuses links that are guessed', async () => {
    const world = await start();
    const guess = () => world.send('/api/login', { method: 'POST', headers: world.ownHeaders, body: '{"secret":"x"}' });
    const statuses = await Promise.all(Array.from({ length: 30 }, guess));
    expect(statuses.map(({ status }) => status).filter((status) => status !== 401 && status !== 429)).toEqual([]);
    expect(statuses.some(({ status }) => status === 429)).toBe(true);
  });

  it('survives what is no HTTP', async () => {
    const world = await start();
    const socket = await raw(world);
    socket.write('\u0000\u0001\u0002 nonsense\r\n\r\n');
    await until('it is let go of', () => socket.closed);
    const long = await raw(world);
    long.write(`GET / HTTP/1.1\r\nHost: ${world.host}\r\nX: ${'x'.repeat(1 << 16)}\r\n\r\n`);
    await until('it is let go of', () => long.closed);
    expect((await world.send('/')).status).toBe(200);
  });

  it('takes another port where its own is taken', async () => {
    const world = await start();
    const other = new PageWorld();
    worlds.push(other);
    expect(await other.server.listen(world.port)).not.toBe(world.port);
  });
});
