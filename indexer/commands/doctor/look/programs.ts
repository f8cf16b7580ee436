/** Which find-text and find-textd there are on PATH, and when this one was built. */
import { accessSync, constants, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { orUndefined } from '../../../../shared/errors.js';
import { toBytes } from '../../../../shared/paths.js';
import { mayHang } from '../../../disk/looks.js';
import type { Place } from '../place.js';

export interface ProgramFacts {
  readonly version: string;
  /** find-textd, by its real path. */
  readonly file: string;
  readonly builtMs: number;
  readonly onPath: readonly ProgramOnPath[];
}

export interface ProgramOnPath {
  readonly path: string;
  readonly realPath: string;
  readonly isSymlink: boolean;
  /** Its folder may be written by this user. */
  readonly isOurs: boolean;
  /** As its package says. */
  readonly version: string | undefined;
}

const NAMES = ['find-text', 'find-textd'];

export function lookAtPrograms({ program, version, env }: Place): ProgramFacts {
  const folders = new Set(
    (env.PATH ?? '').split(':').filter((folder) => isAbsolute(folder) && !mayHang(toBytes(folder))),
  );
  const paths = [...folders].flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const onPath = paths.flatMap((path) => orUndefined(() => programAt(path)) ?? []);
  return { version, file: program, builtMs: statSync(program).mtimeMs, onPath };
}

/** @throws a system error: there is none */
function programAt(path: string): ProgramOnPath {
  accessSync(path, constants.X_OK);
  const realPath = realpathSync(path);
  const isOurs = orUndefined(() => accessSync(dirname(path), constants.W_OK) ?? true) ?? false;
  return { path, realPath, isSymlink: lstatSync(path).isSymbolicLink(), isOurs, version: versionOf(realPath) };
}

function versionOf(realPath: string): string | undefined {
  const text = orUndefined(() => readFileSync(join(dirname(dirname(realPath)), 'package.json'), 'utf8'));
  const told = text === undefined ? undefined : orUndefined(() => (JSON.parse(text) as { version?: unknown }).version);
  return typeof told === 'string' ? told : undefined;
}
