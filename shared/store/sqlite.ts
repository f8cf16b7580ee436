/** Connections to SQLite: the only place that loads better-sqlite3, in the version that fits this Node. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { nativeFile, sqlitePackage } from './native-sqlite.mjs';

export type Db = BetterSqlite3.Database;
export type Statement<Row> = BetterSqlite3.Statement<unknown[], Row>;

interface Library {
  readonly Database: typeof BetterSqlite3;
  readonly nativeBinding: string;
}

/** The build takes this line away, and puts both packages into the programs: see both-sqlites.mjs. */
const require = createRequire(import.meta.url);
let library: Library | undefined;

/** @throws Error of Node where its native part is missing or does not fit, of SQLite with its code */
export function connect(file: string | Buffer, options: BetterSqlite3.Options = {}): Db {
  library ??= load();
  return new library.Database(file, { ...options, nativeBinding: library.nativeBinding });
}

function load(): Library {
  const name = sqlitePackage();
  // By its name: better-sqlite3 would look for it in a dozen places, 3 ms at every start of find-text.
  const folder = dirname(require.resolve(`${name}/package.json`));
  const Database = name === 'better-sqlite3' ? require('better-sqlite3') : require('better-sqlite3-napi');
  return { Database, nativeBinding: join(folder, nativeFile()) };
}
