/** `[[extractor]]` of a configuration, and the recipes of docs/extractors.md as they stand there. */
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { showConfig } from '../../../indexer/commands/config/show-config.js';
import { EXTRACTOR_KEYS, loadOwnExtractors } from '../../../indexer/commands/own-extractors.js';
import { readAnswer } from '../../../indexer/extract/own/command-answer.js';
import { keptCommands, newCommands } from '../../../indexer/extract/own/known-commands.js';
import { type OwnExtractor, ownFor } from '../../../indexer/extract/own/own-extractor.js';
import { runCommand } from '../../../indexer/extract/own/run-command.js';
import { loadConfig } from '../../../shared/config/load.js';
import { bundle } from '../../helpers/bundle.js';
import { expectSection } from '../../helpers/document-section.js';
import { tempFolder } from '../../helpers/temp.js';

const DOCUMENT = 'docs/extractors.md';
const page = readFileSync(new URL(`../../../${DOCUMENT}`, import.meta.url), 'utf8');

function write(toml: string, mode = 0o600) {
  const folder = tempFolder();
  mkdirSync(join(folder, 'find-text'), { mode: 0o700 });
  const configFile = join(folder, 'find-text/config.toml');
  writeFileSync(configFile, toml);
  chmodSync(configFile, mode);
  return configFile;
}

function load(toml: string, mode?: number) {
  const configFile = write(toml, mode);
  return loadOwnExtractors({ locations: { configFile }, config: loadConfig(configFile) });
}

/** What `find-textd config --check` prints. */
async function check(toml: string): Promise<string> {
  const configFile = write(toml);
  let printed = '';
  const stdout = { write: (text: string) => (printed += text) };
  await showConfig({ check: true }, { locations: { configFile, dataDirectory: tempFolder() }, stdout });
  return printed;
}

function entry(more: string): string {
  return `[[extractor]]\nname = "a"\n${more}\n`;
}

describe('[[extractor]]', () => {
  it('names a command by its program', () => {
    const { extractors, missing } = load(entry('endings = ["DOC"]\ntypes = ["image/*"]\ncommand = ["sh", "{}"]'));
    expect(missing).toEqual([]);
    expect(extractors).toMatchObject([{ name: 'a', endings: ['doc'], types: ['image/*'], output: 'text' }]);
    expect(extractors[0]?.command).toEqual([expect.stringMatching(/^\/.*\/sh$/), '{}']);
    expect(ownFor(extractors, 'X.DOC')?.name).toBe('a');
    expect(ownFor(extractors, 'x', 'image/png')?.name).toBe('a');
    expect(ownFor(extractors, 'x.txt')).toBeUndefined();
  });

  it.each([
    ['command = ["sh"]', 'expected `endings` or `types`'],
    ['endings = ["a"]', '`command` is missing'],
    [
      'endings = ["a"]\ncommand = "sh -c x"',
      '`command` is "sh -c x", expected a list of the program and its arguments',
    ],
    ['endings = [".a"]\ncommand = ["sh"]', '`endings` has ".a", expected endings without the dot'],
    ['types = ["png"]\ncommand = ["sh"]', '`types` has "png", expected media types such as image/png'],
    ['endings = ["a"]\ncommand = ["sh"]\noutput = "xml"', '`output` has "xml", expected one of text, json'],
    ['ending = ["a"]', 'there is no key `ending`; did you mean `endings`?'],
    [
      `endings = ["a"]\ncommand = ["sh"]\n${entry('endings = ["b"]\ncommand = ["sh"]')}`,
      '`name` is "a", which another one has',
    ],
  ])('is refused with the place and the reason: %s', (toml, why) => {
    expect(() => load(entry(toml))).toThrow(why);
    expect(() => load(entry(toml))).toThrow(/line \d+, column \d+/);
  });

  it('is refused where other users could write it', () => {
    expect(() => load(entry('endings = ["a"]\ncommand = ["sh"]'), 0o666)).toThrow('other users can write to');
  });

  it('whose program is not there is told, and leaves the others alone', () => {
    const { extractors, missing } = load(
      `${entry('endings = ["a"]\ncommand = ["no-such-program"]')}[[extractor]]\nname = "b"\nendings = ["b"]\ncommand = ["sh"]`,
    );
    expect(missing).toEqual(['the extractor `a` is not used: no-such-program is not installed']);
    expect(extractors.map(({ name }) => name)).toEqual(['b']);
  });

  it('is checked with the rest of the configuration', async () => {
    const good = entry('endings = ["a"]\ncommand = ["sh"]');
    expect(await check(good)).toContain('1 [[extractor]]');
    expect(await check(good.replace('"sh"', '"no-such-program"'))).toContain('no-such-program is not installed');
    await expect(check(entry('endings = ["a"]'))).rejects.toThrow('`command` is missing');
  });

  it('is another one when its entry or a script of it changes, and only then', () => {
    const script = join(tempFolder(), 'script');
    writeFileSync(script, 'true');
    const version = (more: string) => load(entry(`${more}\ncommand = ["sh", "${script}"]`)).extractors[0]?.version;
    const first = version('endings = ["a"]');
    expect(version('endings = ["a"]')).toBe(first);
    expect(version('endings = ["a", "b"]')).not.toBe(first);
    utimesSync(script, 1, 1);
    expect(version('endings = ["a"]')).not.toBe(first);
  });

  it('is new to an index that was made without it', () => {
    const { extractors } = load(entry('endings = ["a"]\ncommand = ["sh"]'));
    expect(newCommands(undefined, extractors)).toEqual(extractors);
    expect(newCommands(keptCommands(extractors), extractors)).toEqual([]);
  });
});

const shutInPath = bundle('indexer/extract/own/shut-in.ts');
/** `gs -sDEVICE=png16m -r150 -c '/Helvetica findfont 30 scalefont setfont 20 40 moveto (Wombat invoice 42) show'` */
const SCAN = fileURLToPath(new URL('../../fixtures/ocr/invoice.png', import.meta.url));

const hasTesseract = spawnSync('tesseract', ['--version']).status === 0;

/** What a command says of a file. */
async function answerOf(extractor: OwnExtractor, file: string, ending: string) {
  const fd = openSync(file, 'r');
  try {
    const limits = { shutInPath, timeoutMs: 60_000, memoryMb: 1024 };
    const end = await runCommand(extractor, { document: fd, ending }, limits).ended;
    return readAnswer(extractor.output, end.kind === 'printed' ? end.bytes : expect.fail(end.why));
  } finally {
    closeSync(fd);
  }
}

describe('OCR', () => {
  it('is off unless it is asked for', () => {
    expect(load('').extractors).toEqual([]);
    const { extractors, missing } = load('ocr.enabled = true\nocr.languages = ["eng", "deu"]');
    if (missing.length > 0) expect(missing).toEqual(['the extractor `ocr` is not used: tesseract is not installed']);
    else expect(extractors[0]?.command.slice(2)).toEqual(['tesseract', 'stdin', 'stdout', '-l', 'eng+deu']);
  });

  it.skipIf(!hasTesseract)('reads the text in a picture (needs tesseract)', async () => {
    const { extractors } = load('ocr.enabled = true');
    const ocr = ownFor(extractors, 'x', 'image/png') ?? expect.fail('no ocr');
    expect((await answerOf(ocr, SCAN, 'png')).text.toString()).toContain('Wombat invoice 42');
    expect(ownFor(extractors, 'x.svg', 'image/svg+xml')).toBeUndefined();
  });
});

describe('docs/extractors.md', () => {
  const blocks = (language: string) =>
    [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text = '']) => text);

  /** What the recipe of that name makes of a document. */
  async function cook(name: string, ending: string, document: Buffer | string) {
    const folder = tempFolder();
    const script = join(folder, 'records.mjs');
    writeFileSync(script, blocks('js')[0] ?? '');
    const recipe = blocks('toml').find((text) => text.includes(`name = "${name}"`)) ?? '';
    const { extractors } = load(
      recipe.replace('/home/me/bin/records.mjs', script).replace('"node"', `"${process.execPath}"`),
    );
    const extractor = ownFor(extractors, `x.${ending}`) ?? expect.fail(`no ${name}`);
    writeFileSync(join(folder, 'x'), document);
    return answerOf(extractor, join(folder, 'x'), ending);
  }

  it('tells the keys', () => {
    const rows = Object.entries(EXTRACTOR_KEYS).map(([key, help]) => `| \`${key}\` | ${help} |`);
    expectSection(DOCUMENT, 'keys', ['| key | meaning |', '| --- | --- |', ...rows].join('\n'));
  });

  it('has a recipe for texts of DOS', async () => {
    const { text } = await cook('dos', 'nfo', Buffer.from('Gr\x94\xe1e', 'latin1'));
    expect(text.toString()).toBe('Größe');
  });

  it('has a recipe for a format of your own', async () => {
    const answer = await cook('records', 'rec', 'Title: The gull\nAuthor: Ann\nPlace: Kiel\n');
    expect(answer.title).toBe('The gull');
    expect([answer.properties[0]?.value, answer.text.toString()]).toEqual(['Ann', 'Kiel']);
  });

  it.skipIf(!hasTesseract)('has a recipe for scans (needs tesseract)', async () => {
    const { text } = await cook('scans', 'jp2', readFileSync(SCAN));
    expect(text.toString()).toContain('Wombat invoice 42');
  });
});
