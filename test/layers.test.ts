/**
 * Imports go down only, the two programs never import each other, and each library is imported in one place.
 * `import type` may point anywhere.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const TOP = fileURLToPath(new URL('..', import.meta.url));

/** First match wins. A file may import values from its own layer's folder-mates and from lower layers. */
const LAYERS: readonly [RegExp, number, string][] = [
  [/^shared\/(types|errors)\.ts$/, 0, 'words'],
  [/^shared\/[^/]+\.ts$/, 1, 'ground'],
  [/^shared\/config\//, 1, 'ground'],
  [/^shared\/store\//, 2, 'store'],
  [/^shared\/search\//, 3, 'search'],
  [/^indexer\/main\.ts$/, 5, 'entry'],
  [/^indexer\/writer\/writer-thread\.ts$/, 5, 'entry'],
  [/^indexer\/extract\/worker\.ts$/, 5, 'entry'],
  [/^indexer\/audit\/plugin\/main\.ts$/, 5, 'entry'],
  [/^search-cli\/(main|start)\.ts$/, 5, 'entry'],
  [/^indexer\//, 4, 'indexer'],
  [/^search-cli\//, 4, 'search-cli'],
];

const LIBRARIES: Readonly<Record<string, string>> = {
  'better-sqlite3': 'shared/store/open.ts',
  flexsearch: 'shared/search/rank.ts',
  'smol-toml': 'shared/config/load.ts',
  'p-queue': 'indexer/pipeline/work-loop.ts',
  'mime-types': 'indexer/extract/media-type.ts',
  commander: 'indexer/main.ts',
  koffi: 'indexer/libc.ts',
  htmlparser2: 'indexer/extract/formats/tag-collector.ts',
  chardet: 'indexer/extract/charset.ts',
};

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = ['shared', 'indexer', 'search-cli'].flatMap((folder) => sources(join(TOP, folder)));
const imports = files.flatMap(valueImports);

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

function valueImports(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found = [
    ...text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^;]*?\sfrom\s+)?'([^']+)'/gm),
    ...text.matchAll(/\b(?:import|require)\('([^']+)'\)/g),
  ];
  return found.map(([, specifier = '']) => ({
    from: relative(TOP, file),
    to: specifier.startsWith('.') ? relative(TOP, join(dirname(file), specifier)).replace(/\.js$/, '.ts') : specifier,
  }));
}

function layerOf(file: string) {
  const layer = LAYERS.find(([pattern]) => pattern.test(file));
  if (!layer) throw new Error(`${file} is in no layer: add it to LAYERS`);
  return { level: layer[1], name: layer[2] };
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
    const wrong = imports
      .filter(({ to }) => /^(shared|indexer|search-cli)\//.test(to))
      .filter(({ from, to }) => {
        const [importer, imported] = [layerOf(from), layerOf(to)];
        return (
          imported.level > importer.level || (imported.level === importer.level && imported.name !== importer.name)
        );
      });
    expect(wrong).toEqual([]);
  });

  it('imports nothing of ours in the words', () => {
    expect(
      imports.filter(({ from, to }) => layerOf(from).level === 0 && to.startsWith('shared/') && layerOf(to).level > 0),
    ).toEqual([]);
  });

  it.each(Object.entries(LIBRARIES))('imports %s in %s only', (library, place) => {
    const importers = [...new Set(imports.filter(({ to }) => packageOf(to) === library).map(({ from }) => from))];
    expect(importers).toEqual([place]);
  });

  it('starts other programs in three places only: extractors, what the installer runs, what `inhibit` is given', () => {
    const starters = imports.filter(({ to }) => to === 'node:child_process').map(({ from }) => from);
    expect([...new Set(starters)].sort()).toEqual([
      'indexer/audit/install/run-command.ts',
      'indexer/commands/inhibit.ts',
      'indexer/extract/pool.ts',
    ]);
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
