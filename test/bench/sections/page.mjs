/**
 * The page on M: request to answer for each key of queries that somebody types, as the page asks; and in a browser, where
 * chromium is installed, from the key to the hits on the screen.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { startDaemon, waitUntilIdle } from '../lib/daemon.mjs';
import { runTree } from '../lib/process-tree.mjs';
import { privateEnv } from '../lib/product.mjs';
import { knownItemTexts, ourQuery, QUERIES } from '../lib/queries.mjs';
import { evenly, sleep, spread } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';

const KNOWN_ITEMS = 60;
const TYPED = 30;
const TYPED_IN_BROWSER = 12;
const HITS = 30;
/** Between two keys. */
const PAUSE_MS = [60, 140];
const BROWSER = '/usr/bin/chromium';

export async function run({ product, corpora, scratch }) {
  const env = privateEnv(join(scratch, 'page'));
  writeConfig(env, 'page.enabled = true\n');
  const daemon = await startDaemon(product, corpora.M.folder, env);
  try {
    daemon.stopSampling();
    await waitUntilIdle(daemon);
    const texts = evenly([...QUERIES.map(ourQuery), ...knownItemTexts('M', KNOWN_ITEMS)], TYPED);
    const asked = await askEachKey(await linkOf(product, env), texts);
    const link = await linkOf(product, env);
    const shown = existsSync(BROWSER) ? await typeInBrowser(link, evenly(texts, TYPED_IN_BROWSER)) : undefined;
    return {
      figures: [
        figure('the page, request to answer for a key, p95', spread(asked.ms).p95, { target: 50, unit: 'ms' }),
        ...(shown ? [figure('… in a browser, key to hits, p95', spread(shown).p95, { target: 50, unit: 'ms' })] : []),
      ],
      tables: [table({ answer: asked.ms, ...(shown && { 'key to hits': shown }) })],
      checks: [{ name: 'every key is answered', isOk: asked.failures === 0 && (!shown || shown.length > 0) }],
      notes: shown ? [] : ['chromium is missing: the browser is left out'],
      raw: { asked, shown },
    };
  } finally {
    await daemon.stop();
  }
}

function writeConfig(env, text) {
  const file = join(env.XDG_CONFIG_HOME, 'find-text/config.toml');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
}

async function linkOf(product, env) {
  const { stdout } = await runTree([...product.findTextd, 'page'], { env });
  return new URL(stdout.trim());
}

/** As the page does. */
async function askEachKey({ origin, hash }, texts) {
  const headers = { Origin: origin, 'Content-Type': 'application/json' };
  const ask = (name, question) =>
    fetch(`${origin}/api/${name}`, { method: 'POST', headers, body: JSON.stringify(question) });
  const login = await ask('login', { secret: hash.slice(1) });
  headers.Cookie = login.headers.get('set-cookie').split(';')[0];
  headers['X-Find-Text-Key'] = (await login.json()).key;
  const ms = [];
  let failures = 0;
  for (const text of texts) {
    for (let end = 1; end <= text.length; end++) {
      const query = text.slice(0, end);
      if (query.trim() === '' || query.endsWith(' ')) continue;
      await sleep(PAUSE_MS[0] / 2);
      const beganMs = performance.now();
      const { hits, error } = await (await ask('hits', { query, limit: HITS })).json();
      ms.push(performance.now() - beganMs);
      // Half a query may have a quotation mark and no word.
      if (!hits && error?.code !== 'FT_QUERY_SYNTAX') failures++;
    }
  }
  return { ms, failures };
}

/** From the key, as the page hears of it, to its hits in the document. */
async function typeInBrowser(link, texts) {
  const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(link.href);
    await page.locator('#views a').first().waitFor();
    await page.evaluate(`
      globalThis.times = [];
      let began = 0;
      document.getElementById('query').addEventListener('input', () => { began = performance.now(); }, { capture: true });
      new MutationObserver(() => {
        if (began > 0) times.push(performance.now() - began);
        began = 0;
      }).observe(document.getElementById('hits'), { childList: true });
    `);
    for (const text of texts) {
      await page.locator('#query').fill('');
      await page.evaluate('began = 0');
      for (const key of text) {
        await page.keyboard.type(key);
        await sleep(PAUSE_MS[0] + Math.random() * (PAUSE_MS[1] - PAUSE_MS[0]));
      }
    }
    return await page.evaluate('times');
  } finally {
    await browser.close();
  }
}

function table(samples) {
  return {
    header: ['milliseconds', 'n', 'min', 'p50', 'p95', 'max'],
    rows: Object.entries(samples).map(([name, ms]) => {
      const { n, min, p50, p95, max } = spread(ms);
      return [name, n, min, p50, p95, max];
    }),
  };
}
