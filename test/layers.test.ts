/**
 * Imports go down only, the two programs never import each other, and each library is imported in one place.
 * The same holds for types within a program.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const TOP = fileURLToPath(new URL('..', import.meta.url));

/**
 * The rooms from the ground up; first match wins. A file may import values from its own room and from those below it. Rooms that stand
 * side by side on one floor never import each other.
 */
const FLOORS: readonly (readonly (readonly [room: string, pattern: RegExp])[])[] = [
  [['words', /^shared\/(types|errors)\.ts$/]],
  [['forms', /^shared\/words\//]],
  [['ground', /^shared\/((?!start\.ts$)[^/]+\.ts$|config\/)/]],
  [['manual', /^shared\/manual\//]],
  [['store', /^shared\/store\//]],
  [['search', /^shared\/search\//]],
  [['answer', /^shared\/answer\//]],
  [['ask', /^shared\/ask\//]],
  [['words of the pipeline', /^indexer\/words\.ts$/]],
  [['system', /^indexer\/system\//]],
  [['disk', /^indexer\/disk\//]],
  [['rules', /^indexer\/rules\//]],
  [
    ['audit', /^indexer\/audit\/(?!plugin\/main\.ts$)/],
    ['extract', /^indexer\/extract\/(?!worker\.ts$)/],
    ['budget', /^indexer\/budget\//],
  ],
  [['witness', /^indexer\/witness\//]],
  [
    ['packages', /^indexer\/packages\//],
    ['backup', /^indexer\/backup\//],
    ['baseline', /^indexer\/baseline\//],
  ],
  [['queue', /^indexer\/queue\//]],
  [['writer', /^indexer\/writer\/(?!writer-thread\.ts$)/]],
  [['index view', /^indexer\/index-reader\.ts$/]],
  [['parts of the pipeline', /^indexer\/(parts|sources\/change-source)\.ts$/]],
  [['notify', /^indexer\/notify\/(?!content\/redact\/redact-thread\.ts$|notify-thread\.ts$)/]],
  [
    ['freshness', /^indexer\/freshness\//],
    ['forget', /^indexer\/forget\//],
    ['sinks', /^indexer\/sinks\//],
    ['query server', /^indexer\/serve\//],
    ['page', /^indexer\/page\/(?!page-thread\.ts$|browser\/)/],
  ],
  [['volumes', /^indexer\/volumes\//]],
  [['work', /^indexer\/work\//]],
  [['flow', /^indexer\/flow\//]],
  [['sources', /^indexer\/sources\//]],
  [['pipeline', /^indexer\/pipeline\.ts$/]],
  [['session', /^indexer\/(session|session-parts|housekeeping|tally|daemon-report|troubles)\.ts$/]],
  [
    ['commands', /^indexer\/commands\//],
    ['search-cli', /^search-cli\/(?!(main|start|desktop\/start-desktop|serve\/query-thread)\.ts$)/],
  ],
  [
    ['start of a program', /^shared\/start\.ts$/],
    ['find-textd', /^indexer\/(command-line|manual|start)\.ts$/],
    ['after npm', /^indexer\/after-install\.ts$/],
    ['writer thread', /^indexer\/writer\/writer-thread\.ts$/],
    ['extractor process', /^indexer\/extract\/worker\.ts$/],
    ['query thread', /^search-cli\/serve\/query-thread\.ts$/],
    ['page thread', /^indexer\/page\/page-thread\.ts$/],
    ['page in the browser', /^indexer\/page\/browser\//],
    ['notify thread', /^indexer\/notify\/notify-thread\.ts$/],
    ['redact thread', /^indexer\/notify\/content\/redact\/redact-thread\.ts$/],
    ['plugin', /^indexer\/audit\/plugin\/main\.ts$/],
    ['find-text', /^search-cli\/(main|start)\.ts$/],
    ['find-text-desktop', /^search-cli\/desktop\/start-desktop\.ts$/],
  ],
];

const LIBRARIES: Readonly<Record<string, string>> = {
  'better-sqlite3': 'shared/store/sqlite.ts',
  'better-sqlite3-napi': 'shared/store/sqlite.ts',
  flexsearch: 'shared/search/rank.ts',
  'string-width': 'search-cli/live/screen/width.ts',
  'smol-toml': 'shared/config/load.ts',
  'p-queue': 'indexer/flow/work-loop.ts',
  'mime-types': 'indexer/extract/media-type.ts',
  commander: 'indexer/command-line.ts',
  koffi: 'indexer/system/libc.ts',
  '@homebridge/dbus-native': 'search-cli/desktop/bus.ts',
  '@hyzyla/pdfium': 'indexer/extract/formats/pdfium.ts',
  htmlparser2: 'indexer/extract/formats/tag-collector.ts',
  chardet: 'indexer/extract/charset.ts',
  'tar-stream': 'indexer/extract/formats/tar.ts',
  yauzl: 'indexer/extract/zip/directory.ts',
  'postal-mime': 'indexer/extract/formats/mail/parse-mail.ts',
  exifreader: 'indexer/extract/formats/image.ts',
  'music-metadata': 'indexer/extract/formats/media/library.ts',
  saxes: 'indexer/extract/xml/xml-reader.ts',
  'seek-bzip': 'indexer/extract/unpack/bunzip.ts',
  'xz-decompress': 'indexer/extract/unpack/unxz.ts',
  fzstd: 'indexer/extract/unpack/unzstd.ts',
  diff: 'indexer/notify/content/diff/diff-library.ts',
  re2js: 'indexer/notify/content/redact/user-patterns.ts',
  '@secretlint/secretlint-rule-preset-recommend': 'indexer/notify/content/redact/vendor-rules.ts',
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = ['shared', 'indexer', 'search-cli'].flatMap((folder) => sources(join(TOP, folder)));
const imports = files.flatMap(valueImports);
const typeImports = files.flatMap(importsOfTypes);

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

function valueImports(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found = [
    ...text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^;]*?\sfrom\s+)?'([^']+)'/gm),
    ...text.matchAll(/\b(?:import|require|getBuiltinModule)\('([^']+)'\)/g),
  ];
  return found.map(([, specifier = '']) => toImport(file, specifier));
}

function importsOfTypes(file: string): Import[] {
  const found = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s+type\b[^;]*?\sfrom\s+'([^']+)'/gm);
  return [...found].map(([, specifier = '']) => toImport(file, specifier));
}

function toImport(file: string, specifier: string): Import {
  return {
    from: relative(TOP, file),
    to: specifier.startsWith('.') ? relative(TOP, join(dirname(file), specifier)).replace(/\.js$/, '.ts') : specifier,
  };
}

function isUpwardOrAcross({ from, to }: Import): boolean {
  if (!/^(shared|indexer|search-cli)\//.test(to)) return false;
  const [importer, imported] = [placeOf(from), placeOf(to)];
  return imported.level > importer.level || (imported.level === importer.level && imported.room !== importer.room);
}

function placeOf(file: string) {
  const level = FLOORS.findIndex((rooms) => rooms.some(([, pattern]) => pattern.test(file)));
  const room = FLOORS[level]?.find(([, pattern]) => pattern.test(file))?.[0];
  if (room === undefined) throw new Error(`${file} is in no room: add it to FLOORS`);
  return { level, room };
}

function packageOf(specifier: string): string {
  return specifier.startsWith('node:') ? specifier : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

describe('layers', () => {
  it('finds the imports it is about to judge', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(200);
  });

  it('has no import that points upward or across', () => {
    expect(imports.filter(isUpwardOrAcross)).toEqual([]);
  });

  it('has no file that more than a fifth of all import', () => {
    const importersOf = new Map<string, Set<string>>();
    for (const { from, to } of files.flatMap((file) => [...valueImports(file), ...importsOfTypes(file)]))
      importersOf.set(to, (importersOf.get(to) ?? new Set()).add(from));
    const ours = [...importersOf].filter(([to]) => /^(shared|indexer|search-cli)\//.test(to));
    expect(ours.filter(([, importers]) => importers.size > files.length / 5).map(([to]) => to)).toEqual([]);
  });

  it('takes no type from above or across', () => {
    expect(typeImports.length).toBeGreaterThan(200);
    expect(typeImports.filter(isUpwardOrAcross)).toEqual([]);
  });

  it('has no program that reaches into the other one', () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        (from.startsWith('search-cli/') && to.startsWith('indexer/')) ||
        (from.startsWith('indexer/') && to.startsWith('search-cli/')),
    );
    expect(wrong).toEqual([]);
  });

  it('has every room', () => {
    const rooms = new Set(files.map((file) => placeOf(relative(TOP, file)).room));
    expect([...rooms].sort()).toEqual(
      FLOORS.flat()
        .map(([room]) => room)
        .sort(),
    );
  });

  it('imports nothing of ours in the words', () => {
    expect(
      imports.filter(({ from, to }) => placeOf(from).level === 0 && to.startsWith('shared/') && placeOf(to).level > 0),
    ).toEqual([]);
  });

  it.each(Object.entries(LIBRARIES))('imports %s in %s only', (library, place) => {
    const importers = [...new Set(imports.filter(({ to }) => packageOf(to) === library).map(({ from }) => from))];
    expect(importers).toEqual([place]);
  });

  it('starts other programs in few places only: each has its reason', () => {
    const starters = imports.filter(({ to }) => to === 'node:child_process').map(({ from }) => from);
    expect([...new Set(starters)].sort()).toEqual([
      'indexer/audit/install/run-command.ts',
      'indexer/audit/plugin/hand-over.ts',
      'indexer/backup/run-tool.ts',
      'indexer/commands/baseline/schedule.ts',
      'indexer/commands/inhibit.ts',
      'indexer/commands/install/machine.ts',
      'indexer/extract/child-limits.ts',
      'indexer/extract/own/run-command.ts',
      'indexer/extract/pool.ts',
      'indexer/notify/content/diff/diff-program.ts',
      'indexer/notify/deliver/targets/command.ts',
      'indexer/packages/rpm-database.ts',
      'search-cli/live/run-program.ts',
      'shared/volume-probe.ts',
    ]);
  });

  it('asks Intl where a person waits only: its tables are 5 MB of memory from then on', () => {
    const asks = /\bIntl\.|\.(?:toLocale\w*|localeCompare)\(/;
    const askers = files.filter((file) => asks.test(readFileSync(file, 'utf8'))).map((file) => relative(TOP, file));
    const isOfPerson = (file: string) => /^(indexer\/page\/browser|search-cli\/live)\//.test(file);
    expect(askers.filter(isOfPerson)).not.toEqual([]);
    expect(askers.filter((file) => !isOfPerson(file))).toEqual([]);
  });

  it('imports every other package in one file only', () => {
    const importers = new Map<string, Set<string>>();
    for (const { from, to } of imports) {
      if (to.startsWith('node:') || /^(shared|indexer|search-cli)\//.test(to)) continue;
      importers.set(packageOf(to), (importers.get(packageOf(to)) ?? new Set()).add(from));
    }
    expect([...importers].filter(([, places]) => places.size > 1)).toEqual([]);
  });
});
