/** The configuration as a daemon would understand it. */
import type { Config } from '../../../../shared/config/options.js';
import { FindTextError } from '../../../../shared/errors.js';
import { loadNotify } from '../../../notify/rules/load-notify.js';
import type { Surroundings } from '../../../notify/rules/path-selection.js';
import type { Endpoint } from '../../../notify/rules/rule.js';
import { readConfiguration } from '../../read-configuration.js';
import type { Place } from '../place.js';

export interface ConfigurationFacts {
  readonly file: string;
  /** The defaults where it is wrong. */
  readonly config: Config;
  readonly problem: FindTextError | undefined;
  readonly endpoints: readonly Endpoint[];
  readonly hasRules: boolean;
}

export async function lookAtConfiguration({ locations }: Place): Promise<ConfigurationFacts> {
  const { config, problem, notify, surroundings } = readConfiguration(locations);
  const file = locations.configFile;
  const ofPatterns = surroundings && (await faultOfPatterns(file, surroundings));
  const hasRules = (notify?.rules.length ?? 0) > 0;
  return { file, config, problem: problem ?? ofPatterns, endpoints: notify?.endpoints ?? [], hasRules };
}

/** Those of `redact` are compiled by the daemon alone. */
async function faultOfPatterns(file: string, surroundings: Surroundings): Promise<FindTextError | undefined> {
  try {
    await loadNotify(file, surroundings);
    return undefined;
  } catch (error) {
    if (error instanceof FindTextError) return error;
    throw error;
  }
}
