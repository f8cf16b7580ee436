/**
 * The page in a real browser, Debian's Chromium: what a person sees and does, with keys, on a phone, in the dark; and
 * what a hostile file cannot do. `npm run test:page` does all of it, and fails where there is no browser. In the suite the
 * first test stands for all, and is skipped where there is none.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshFolder } from '../helpers/fresh-folder.js';
import { addHistory } from '../helpers/page-history.js';
import { PageWorld } from '../helpers/page-world.js';
import { removeFolder } from '../helpers/remove-folder.js';
import { SampleIndex } from '../helpers/sample-index.js';

const PROGRAM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
const isWanted = process.env.FIND_TEXT_BROWSER === 'required';
const SHOTS = process.env.FIND_TEXT_SCREENSHOTS;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { viewport: { width: 360, height: 740 } };
const WIDE = { viewport: { width: 1200, height: 760 } };
const ATTACK = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

/** With what shows that it is there. */
const VIEWS = [
  ['Status', 'As `find-textd status` has it'],
  ['History', 'told by inotify'],
  ['Told changes', '+please raise the <b>interest</b>'],
  ['Undelivered', 'the receiver has a problem'],
] as const;

interface Findings {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

describe.skipIf(PROGRAM === undefined && !isWanted)('the page in a browser (needs chromium)', () => {
  let browser: Browser;
  let world: PageWorld;
  /** In /tmp: the place of a socket must be short. */
  let sockets: string;
  const sample = new SampleIndex({
    'letters/to the bank.txt': 'Dear bank,\n\nplease lower the interest on my loan.\nThe interest is far too high.\n',
    'letters/to ann.txt': 'Dear Ann,\nit would interest me how you are.\n',
    'work/interest.c': { text: '/* compound interest */\ndouble interest(double sum);\n', type: 'text/plain' },
    'work/report.pdf': {
      text: 'Quarterly report on interest rates',
      type: 'application/pdf',
      isFileText: false,
    },
    [`hostile ${ATTACK.replaceAll('/', '')}.html`]: {
      text: `hostile interest ${ATTACK}`,
      type: 'text/html',
      isFileText: false,
      title: ATTACK,
    },
  });
  beforeAll(async () => {
    sockets = freshFolder('/tmp', 'find-text-browser');
    const env = { ...process.env, TMPDIR: sockets };
    browser = await chromium.launch({ ...(PROGRAM && { executablePath: PROGRAM }), args: ['--no-sandbox'], env });
    addHistory(sample);
    world = await new PageWorld({ sample }).start();
  });
  afterAll(async () => {
    await browser?.close();
    world?.close();
    removeFolder(sockets);
  });

  /** Opened by a link. Nothing but the page's own place may be asked for, and nothing may be refused or fail. */
  async function open(given: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await browser.newContext({ ...WIDE, ...given })).newPage();
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => expect.soft(error, 'an error of the page').toBeUndefined());
    page.on('console', (message) => expect.soft(message.type(), message.text()).not.toBe('error'));
    page.on('request', (request) => expect.soft(new URL(request.url()).host).toBe(world.host));
    world.link = 'a'.repeat(43);
    await page.goto(`http://${world.host}/#${world.link}`);
    await page.waitForURL(`http://${world.host}/#search`);
    await page.locator('#views a').first().waitFor();
    return page;
  }

  async function search(page: Page, query: string): Promise<void> {
    await page.getByRole('combobox').fill(query);
    await page.getByRole('option').first().waitFor();
    await page.locator('#preview pre').waitFor();
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(AXE);
    const found: Findings = await page.evaluate('axe.run()');
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  async function shoot(page: Page, name: string): Promise<void> {
    if (!SHOTS) return;
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `page-${name}.png`) });
  }

  function focused(page: Page): Promise<string | undefined> {
    return page.evaluate('document.activeElement?.id');
  }

  it('searches as one types, marks what matches, and narrows by pointing', async () => {
    const page = await open();
    await page.keyboard.type('interest');
    await page.getByText('5 of 5 files.').waitFor();
    expect(await page.locator('#hits mark').first().textContent()).toMatch(/interest/i);
    await page.getByRole('button', { name: 'pdf' }).click();
    await page.getByText('1 of 1 file.').waitFor();
    expect(await page.getByRole('combobox').inputValue()).toBe('interest type:pdf');
    expect(await page.getByRole('option').textContent()).toContain('report.pdf');
    await page.getByRole('button', { name: 'pdf', pressed: true }).click();
    await page.getByText('5 of 5 files.').waitFor();
    await page.context().close();
  });

  it.skipIf(!isWanted)('is used with keys alone', async () => {
    const page = await open();
    await search(page, 'interest');
    await page.getByText('5 of 5 files.').waitFor();
    const chosen = () => page.getByRole('option', { selected: true }).locator('.name').textContent();
    const first = await chosen();
    await page.keyboard.press('ArrowDown');
    const second = await chosen();
    expect(second).not.toBe(first);
    await page.locator('#preview h3', { hasText: second as string }).waitFor();
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('preview');
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('query');
    expect(await page.getByRole('combobox').inputValue()).toBe('interest');
    await page.keyboard.press('ArrowUp');
    expect(await chosen()).toBe(first);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('combobox').inputValue()).toBe('');
    await page.getByRole('link', { name: 'Status' }).focus();
    await page.keyboard.press('/');
    expect(await focused(page)).toBe('query');
    await page.context().close();
  });

  it.skipIf(!isWanted)('shows hostile names, titles and texts as text', async () => {
    const page = await open();
    await search(page, 'hostile interest');
    expect(await page.title()).toBe('find-text');
    expect(await page.locator('#hits img, #hits script, #preview img, #preview script').count()).toBe(0);
    expect(await page.locator('#preview h3').textContent()).toContain('<img src=x onerror=');
    await page.context().close();
  });

  it.skipIf(!isWanted)('copies the path', async () => {
    const page = await open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await search(page, 'interest loan');
    await page.getByRole('button', { name: 'Copy path' }).click();
    await page.getByText('The path is copied.').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(sample.path('letters/to the bank.txt'));
    await page.context().close();
  });

  it.skipIf(!isWanted).each([
    ['light', { ...WIDE, colorScheme: 'light' }],
    ['dark', { ...WIDE, colorScheme: 'dark' }],
    ['narrow', { ...PHONE, colorScheme: 'light' }],
    ['narrow-dark', { ...PHONE, colorScheme: 'dark' }],
  ] as const)('is accessible and has room for itself: %s', async (name, given) => {
    const page = await open(given);
    await search(page, 'interest');
    await page.locator('#facets button').first().waitFor({ state: 'attached' });
    expect(await violations(page)).toEqual([]);
    await shoot(page, name);
    for (const [view, text] of VIEWS) {
      await page.getByRole('link', { name: view, exact: true }).click();
      await page.getByText(text).first().waitFor();
      expect([view, await page.evaluate('document.documentElement.scrollWidth - innerWidth')]).toEqual([view, 0]);
      expect(await violations(page)).toEqual([]);
      await shoot(page, `${name}-${view.toLowerCase().replace(' ', '-')}`);
    }
    await page.context().close();
  });

  it.skipIf(!isWanted)('shows what happened, to one file or all, who did it, and what is different', async () => {
    const page = await open();
    await search(page, 'interest loan');
    await page.getByRole('button', { name: 'History' }).click();
    await page.getByText('Only of').waitFor();
    await page.getByText('created').waitFor();
    const texts = () => page.locator('#events li').allTextContents();
    expect(await texts()).toEqual([
      expect.stringMatching(/^written: .*to the bank\.txt.* as root · \/usr\/bin\/vim$/),
      expect.stringMatching(/^created: .*to the bank\.txt.* · \? · told by inotify$/),
    ]);
    await page.getByRole('button', { name: 'All files' }).click();
    await page.getByText('deleted').waitFor();
    expect((await texts())[0]).toContain('<i>gone</i>');
    await page.getByRole('link', { name: 'Told changes' }).click();
    expect(await page.locator('#told .added').textContent()).toBe('+please raise the <b>interest</b>\n');
    expect(await page.locator('#told').textContent()).toContain('ann as root · /usr/bin/vim');
    await page.context().close();
  });

  it.skipIf(!isWanted)('sends again what was given up', async () => {
    const page = await open();
    await page.getByRole('link', { name: 'Undelivered' }).click();
    await page.getByRole('button', { name: /^Send again: message \d+$/ }).click();
    await page.getByText('1 message will be sent again.').waitFor();
    await page.getByText('No message was given up.').waitFor();
    await page.context().close();
  });

  it.skipIf(!isWanted)('is opened by a link once; a tab that is reloaded goes on', async () => {
    const page = await open();
    await page.reload();
    await search(page, 'interest');
    const other = await (await browser.newContext()).newPage();
    await other.goto(`http://${world.host}/#${'a'.repeat(43)}`);
    await other.getByText('this link is used or too old').waitFor();
    await other.context().close();
    await page.context().close();
  });

  it.skipIf(!isWanted)('cannot be read or written to by another site of this machine', async () => {
    const page = await open();
    const stranger = await page.context().newPage();
    const elsewhere = await new PageWorld().start();
    await stranger.goto(`http://localhost:${elsewhere.port}/`);
    const tried = await stranger.evaluate(async (place) => {
      const outcome = (sent: Promise<Response>) =>
        sent.then(
          ({ status, type }) => `${type} ${status}`,
          () => 'failed',
        );
      const json = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' };
      return [
        await outcome(fetch(`${place}/api/dead`, { ...json, credentials: 'include' })),
        await outcome(fetch(`${place}/api/resend`, { method: 'POST', body: '{"id":"all"}', mode: 'no-cors' })),
        await outcome(fetch(`${place}/page.js`)),
      ];
    }, `http://${world.host}`);
    expect(tried.filter((each) => each !== 'failed')).toEqual([]);
    elsewhere.close();
    await page.context().close();
  });
});

it('has a browser where one is asked for', () => {
  if (isWanted) expect(PROGRAM, 'chromium is missing: apt-get install chromium').toBeDefined();
});
