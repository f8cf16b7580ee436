/** The configuration for those who go on where it is wrong: `find-textd status` and `find-textd doctor`. */
import { loadConfig, loadToml, toConfig } from '../../shared/config/load.js';
import type { Config } from '../../shared/config/options.js';
import { FindTextError } from '../../shared/errors.js';
import type { Locations } from '../../shared/locations.js';
import { toBytes } from '../../shared/paths.js';
import { currentIndexFile } from '../../shared/store/generation.js';
import { type ParsedNotify, toNotify } from '../notify/rules/parse-notify.js';
import type { Surroundings } from '../notify/rules/path-selection.js';
import { PLACES } from '../rules/rules.js';
import { loadOwnExtractors } from './own-extractors.js';
import { rememberedRoots } from './roots.js';

export interface ReadConfiguration {
  /** The defaults where it is wrong. */
  readonly config: Config;
  readonly problem: FindTextError | undefined;
  /** Undefined where it is wrong. */
  readonly notify: ParsedNotify | undefined;
  readonly surroundings: Surroundings | undefined;
}

export function readConfiguration({ configFile, dataDirectory }: Locations): ReadConfiguration {
  let config = toConfig({}, configFile);
  try {
    config = loadConfig(configFile);
    const indexed = rememberedRoots(currentIndexFile(dataDirectory)).map(({ path }) => path);
    const roots = indexed.length > 0 ? indexed : [toBytes('/')];
    loadOwnExtractors({ locations: { configFile }, config });
    const surroundings = { roots, places: PLACES };
    return { config, problem: undefined, notify: toNotify(loadToml(configFile), surroundings), surroundings };
  } catch (error) {
    if (!(error instanceof FindTextError)) throw error;
    return { config, problem: error, notify: undefined, surroundings: undefined };
  }
}
