/**
 * An esbuild plugin: shared/store/sqlite.ts loads one of two packages when it runs. For esbuild its `require` is one of the programs,
 * so that it puts both inside; that of the other Node is never run.
 */
import { readFileSync } from 'node:fs';

const OWN_REQUIRE = 'const require = createRequire(import.meta.url);\n';

export const bothSqlites = {
  name: 'both versions of better-sqlite3',
  setup(current) {
    current.onLoad({ filter: /[/\\]shared[/\\]store[/\\]sqlite\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes(OWN_REQUIRE)) throw new Error(`${path} has no line ${OWN_REQUIRE}`);
      return { contents: text.replace(OWN_REQUIRE, ''), loader: 'ts' };
    });
  },
};
