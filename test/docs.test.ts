/** The tables in the documents are those of the code. WRITE_DOCS=1 rewrites them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXTRACTORS } from '../indexer/extract/registry.js';
import { JSON_KEYS } from '../shared/answer/hit-json.js';
import { OPTIONS, type OptionSpec } from '../shared/config/options.js';
import { ERROR_CODES } from '../shared/errors.js';
import { FIELDS } from '../shared/search/fields.js';
import { namedIn } from './helpers/contract.js';
import { expectSection } from './helpers/document-section.js';

const TOP = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'docs/CONTRIBUTING.md',
  'docs/SECURITY.md',
  'docs/decisions.md',
  'docs/doctor-json.md',
  'docs/errors.md',
  'docs/audit-events.md',
  'docs/backup.md',
  'docs/comparison.md',
  'docs/file-server.md',
  'docs/baseline.md',
  'docs/files.md',
  'docs/integrity.md',
  'docs/page.md',
  'docs/notify-rules.md',
  'docs/recipes.md',
  'docs/report-json.md',
  'docs/status-json.md',
  'docs/events-json.md',
  'docs/extractors.md',
  'docs/search-json.md',
  'docs/query-socket.md',
  'test/bench/README.md',
];

function readText(document: string): string {
  return readFileSync(join(TOP, document), 'utf8');
}

function table(header: string, rows: readonly string[]): string {
  return [header, header.replace(/[^|]+/g, ' --- '), ...rows].join('\n');
}

function bounds(spec: OptionSpec): string {
  if (spec.kind === 'number') return `${spec.min} to ${spec.max} ${spec.unit}`;
  if (spec.kind === 'choice') return spec.choices.join(', ');
  return { boolean: 'true, false', string: 'string', strings: 'list of strings' }[spec.kind];
}

const optionTable = table(
  '| option | default | values | meaning |',
  Object.entries(OPTIONS).map(
    ([name, spec]) => `| \`${name}\` | \`${JSON.stringify(spec.default)}\` | ${bounds(spec)} | ${spec.help} |`,
  ),
);
const codeTable = table(
  '| code | meaning |',
  Object.entries(ERROR_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`),
);

const fieldTable = table(
  '| you type | you get |',
  Object.values(FIELDS).flatMap(({ example, help, also }) => {
    const others = also ? `; also ${also.map((other) => `\`${other}\``).join(', ')}` : '';
    return example === undefined ? [] : [`| \`find-text ${example}\` | ${help}${others} |`];
  }),
);
const keyTable = table(
  '| key | value |',
  Object.entries(JSON_KEYS).map(([name, { help }]) => `| \`${name}\` | ${help} |`),
);

describe('the documents', () => {
  it('list every option as the code has it', () => expectSection('README.md', 'options', optionTable));

  it('list every field of a query as the code has it', () => expectSection('README.md', 'fields', fieldTable));

  it('list every key of a hit in JSON as the code has it', () =>
    expectSection('docs/search-json.md', 'keys', keyTable));

  it('have a row for every extractor', () => {
    const text = readText('README.md');
    expect(EXTRACTORS.map(({ id }) => id).filter((id) => !text.includes(` | \`${id}\` | `))).toEqual([]);
  });

  it('list every error code as the code has it', () => expectSection('ARCHITECTURE.md', 'codes', codeTable));

  it('say of every error code what to do, and of no other', () => {
    expect(namedIn(readText('docs/errors.md'), 'Codes')).toEqual(Object.keys(ERROR_CODES));
  });

  it('have no error code that nothing raises', () => {
    const sources = ['indexer', 'search-cli', 'shared'].flatMap((folder) =>
      readdirSync(join(TOP, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    );
    const raising = sources.filter((name) => name.endsWith('.ts') && name !== 'shared/errors.ts').map(readText);
    expect(Object.keys(ERROR_CODES).filter((code) => !raising.some((text) => text.includes(`'${code}'`)))).toEqual([]);
  });

  it.each(['ARCHITECTURE.md', 'docs/CONTRIBUTING.md', 'docs/SECURITY.md', 'docs/decisions.md', 'docs/files.md'])(
    'name only source files and tests in %s that exist',
    (document) => {
      const named = [...readText(document).matchAll(/`((?:indexer|search-cli|shared|test)\/[^`]+\.ts)`/g)].map(
        ([, path]) => path as string,
      );
      expect(named).not.toEqual([]);
      expect(named.filter((path) => !existsSync(join(TOP, path)))).toEqual([]);
    },
  );

  it('have the stages of the pipeline in the order in which its header has them', () => {
    const header = /^\/\*\*.*?\*\//s.exec(readText('indexer/pipeline.ts'))?.[0] ?? '';
    const stages = [...header.matchAll(/\b(Intake|WorkLoop|PathWorker|FolderWorker|IndexOutlet)\b/g)].map(
      ([name]) => name,
    );
    const picture = /^```\n kernel.*?^```/ms.exec(readText('ARCHITECTURE.md'))?.[0] ?? '';
    const places = stages.map((name) => picture.indexOf(name));
    expect(stages).toHaveLength(5);
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  it('say of every decision more than its heading', () => {
    const decisions = readText('docs/decisions.md').split(/^### /m).slice(1);
    expect(decisions.filter((text) => text.trim().split('\n').length < 3)).toEqual([]);
  });

  it('have a question for every folder of the programs', () => {
    const text = readText('ARCHITECTURE.md');
    const folders = ['shared', 'indexer'].flatMap((top) =>
      readdirSync(join(TOP, top), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${top}/${entry.name}`),
    );
    expect(folders.filter((folder) => !text.includes(`| \`${folder}\` |`))).toEqual([]);
  });

  it.each(DOCUMENTS)('has links in %s that lead somewhere', (document) => {
    const file = join(TOP, document);
    const links = [...readFileSync(file, 'utf8').matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link as string);
    const local = links.filter((link) => !/^https?:/.test(link));
    expect(local.filter((link) => !existsSync(join(file, '..', link)))).toEqual([]);
  });
});

/** Names of commands and their subcommands, as the program declares them. */
function commandNames(): Set<string> {
  const text = readFileSync(join(TOP, 'indexer/command-line.ts'), 'utf8');
  const declared = [...text.matchAll(/^(\w+)\n {2}\.command\('([\w-]+)|(\w+)\.command\('([\w-]+)/gm)];
  return new Set(
    declared.map(([, parent, name, otherParent, otherName]) =>
      `${parent ?? otherParent} ${name ?? otherName}`.replace(/^program /, ''),
    ),
  );
}

/** In code: within comments, and within back quotes of a message. */
function commandsIn(file: string): string[] {
  const text = readFileSync(join(TOP, file), 'utf8');
  const marked = /`(?:sudo )?find-textd ((?:audit )?[a-z]+)/g;
  const parts = file.endsWith('.md') ? [text] : text.split('\n').filter((line) => /^\s*(\/?\*|\/\/)/.test(line));
  const messages = file.endsWith('.md')
    ? []
    : [...text.matchAll(/(?:\\|'[^'\n]*)`(?:sudo )?find-textd ((?:audit )?[a-z]+)/g)];
  return [...parts.flatMap((part) => [...part.matchAll(marked)]), ...messages].map(([, command = '']) => command);
}

describe('commands', () => {
  it('have a row in README.md each', () => {
    const cells = [...readText('README.md').matchAll(/^\| (`(?:sudo )?find-textd [^|]*) \|/gm)].map(([, cell]) => cell);
    const isNamed = (name: string) => new RegExp(`\`(?:sudo )?find-textd ${name}[ \`]`).test(cells.join());
    const names = [...commandNames()];
    const isParent = (name: string) => names.some((other) => other.startsWith(`${name} `));
    expect(names.filter((name) => !isParent(name) && !isNamed(name))).toEqual([]);
  });

  it('that a comment or a document names in code marks are there', () => {
    const names = commandNames();
    expect(names).toContain('status');
    const sources = ['indexer', 'search-cli', 'shared'].flatMap((folder) =>
      readdirSync(join(TOP, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    );
    const texts = [...DOCUMENTS, ...sources.filter((name) => /\.(ts|mjs)$/.test(name))];
    const unknown = texts.flatMap((name) =>
      commandsIn(name)
        .filter((command) => !names.has(command))
        .map((command) => `${name}: find-textd ${command}`),
    );
    expect(unknown).toEqual([]);
  });
});
