/** The histories of integrity monitoring that a user has: that of `find-textd run`, and one of each folder that is watched. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { orUndefined } from '../../shared/errors.js';
import { recallRoots } from '../../shared/store/roots-file.js';
import { hasHistory } from '../notify/store.js';

export interface History {
  readonly dataDirectory: string;
  /** Of `find-textd watch`; undefined: of `find-textd run`, or the folder is not known any more. */
  readonly watched: Buffer | undefined;
  readonly isOfWatch: boolean;
}

const KEY = /^[0-9a-f]{16}$/;
const KEY_DIGITS = 16;

/** Where `find-textd watch` keeps what it knows of a folder, in a folder of find-text. */
export function placeOfWatch(folder: string, watched: Uint8Array): string {
  return join(folder, 'watch', createHash('sha256').update(watched).digest('hex').slice(0, KEY_DIGITS));
}

/** That of `run` first. */
export function historiesIn(dataDirectory: string): readonly History[] {
  const own: readonly History[] = [{ dataDirectory, watched: undefined, isOfWatch: false }];
  return [...own, ...watchesIn(dataDirectory)].filter((each) => hasHistory(each.dataDirectory));
}

function watchesIn(dataDirectory: string): readonly History[] {
  const folder = join(dataDirectory, 'watch');
  const keys = (orUndefined(() => readdirSync(folder)) ?? []).filter((name) => KEY.test(name)).sort();
  return keys.map((key) => {
    const place = join(folder, key);
    return { dataDirectory: place, watched: recallRoots(place)[0]?.path, isOfWatch: true };
  });
}
