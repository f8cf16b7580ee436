/** The configuration as a daemon would understand it. */
import type { Config } from '../../../../shared/config/options.js';
import type { FindTextError } from '../../../../shared/errors.js';
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

export function lookAtConfiguration({ locations }: Place): ConfigurationFacts {
  const { config, problem, notify } = readConfiguration(locations);
  const endpoints = notify?.endpoints ?? [];
  return { file: locations.configFile, config, problem, endpoints, hasRules: (notify?.rules.length ?? 0) > 0 };
}
