/** The configuration for those who go on where it is wrong: `find-textd status` and `find-textd doctor`. */
import { loadToml, readConfig, toConfig } from '../../shared/config/load.js';
import type { Config } from '../../shared/config/options.js';
import { FindTextError } from '../../shared/errors.js';
import type { Locations } from '../../shared/locations.js';
import { type ParsedNotify, toNotify } from '../notify/rules/parse-notify.js';
import type { Surroundings } from '../notify/rules/path-selection.js';
import { loadOwnExtractors } from './own-extractors.js';
import { surroundingsIn } from './rule-surroundings.js';

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
    const source = loadToml(configFile);
    config = readConfig(source);
    loadOwnExtractors({ locations: { configFile }, config });
    const surroundings = surroundingsIn(dataDirectory);
    return { config, problem: undefined, notify: toNotify(source, surroundings), surroundings };
  } catch (error) {
    if (!(error instanceof FindTextError)) throw error;
    return { config, problem: error, notify: undefined, surroundings: undefined };
  }
}
