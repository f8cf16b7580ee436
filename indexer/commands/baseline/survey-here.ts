/** A survey of this machine: nobody waits for a volume that hangs, and what the kernel shows as files is stepped over. */
import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { readMounts } from '../../../shared/mounts.js';
import { fromPathKey, pathKey } from '../../../shared/path-key.js';
import type { Scope } from '../../baseline/scope.js';
import { type Survey, survey } from '../../baseline/survey.js';
import { isPseudo } from '../../disk/pseudo-file-systems.js';
import type { Places } from '../../rules/configured-patterns.js';
import { watchVolumes } from '../watch-volumes.js';

export async function surveyHere(scope: Scope): Promise<Survey> {
  const volumes = await watchVolumes(scope.paths);
  try {
    const mounts = readMounts();
    const isPseudoPoint = (path: Buffer) => isPseudo(mounts.get(pathKey(path)) ?? '');
    return await survey(scope, { places: placesHere(), isPseudo: isPseudoPoint });
  } finally {
    volumes.close();
  }
}

export function placesHere(): Places {
  return {
    home: pathKey(Buffer.from(homedir())),
    realPath: (path) => {
      try {
        return pathKey(realpathSync(fromPathKey(path), { encoding: 'buffer' }));
      } catch {
        return path;
      }
    },
    exists: (path) => existsSync(fromPathKey(path)),
  };
}
