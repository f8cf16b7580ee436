/** The disk that holds the index: how much is free, and can it be written? */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from '../../../../shared/errors.js';
import type { Place } from '../place.js';

export interface DiskFacts {
  readonly folder: string;
  readonly freeBytes: number;
  /** undefined: this file system has no number of files. */
  readonly freeFiles: number | undefined;
  readonly isReadOnly: boolean;
}

export function lookAtDisk({ locations: { dataDirectory } }: Place): DiskFacts {
  let folder = dataDirectory;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize, files, ffree } = statfsSync(folder);
  return {
    folder,
    freeBytes: bavail * bsize,
    freeFiles: files > 0 ? ffree : undefined,
    isReadOnly: isReadOnly(folder),
  };
}

function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return systemCode(error) === 'EROFS';
  }
}
