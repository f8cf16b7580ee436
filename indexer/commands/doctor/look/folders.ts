/** Of find-text's own folders: may it work there, and who else may look in? */
import { lstatSync, statSync } from 'node:fs';
import { orUndefined } from '../../../../shared/errors.js';
import { configFolder, indexFolder, runtimeFolder } from '../../../../shared/locations.js';
import { checkFile, checkFolder, FolderRefused, type OwnFolder } from '../../../../shared/own-folder.js';
import type { Place } from '../place.js';

export interface FolderFacts {
  readonly folder: OwnFolder;
  /** Why find-text does not work there. */
  readonly refusal: Pick<FolderRefused, 'message' | 'hint' | 'fault' | 'at'> | undefined;
  /** Whose the part that is refused is. */
  readonly refusedUid: number | undefined;
  /** That part is a device, FIFO or socket, to which a link leads: other programs need it as it is. */
  readonly isDevice: boolean;
  /** Undefined: it is not there. */
  readonly mode: number | undefined;
  /** It holds words and names of files. */
  readonly isPrivate: boolean;
}

export function lookAtFolders({ locations }: Place): readonly FolderFacts[] {
  const { configFile, dataDirectory } = locations;
  const configuration = configFolder(configFile);
  return [
    factsOf(indexFolder(dataDirectory), true),
    factsOf(runtimeFolder(locations), true),
    factsOf(configuration, false, () => checkFile(configFile, configuration)),
  ];
}

function factsOf(folder: OwnFolder, isPrivate: boolean, check: () => unknown = () => checkFolder(folder)): FolderFacts {
  const refusal = refusalBy(check);
  const at = refusal?.at;
  const part = at === undefined ? undefined : orUndefined(() => lstatSync(at));
  return {
    folder,
    refusal,
    refusedUid: part?.uid,
    isDevice: part !== undefined && !part.isFile() && !part.isDirectory() && !part.isSymbolicLink(),
    mode: orUndefined(() => statSync(folder.path).mode),
    isPrivate,
  };
}

/** @throws what is no refusal */
function refusalBy(check: () => unknown): FolderRefused | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof FolderRefused) return error;
    throw error;
  }
}
