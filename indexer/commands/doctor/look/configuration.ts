/** The configuration as a daemon would understand it. */
import type { Config } from '../../../../shared/config/options.js';
import { FindTextError } from '../../../../shared/errors.js';
import { loadNotify } from '../../../notify/rules/load-notify.js';
import type { Endpoint } from '../../../notify/rules/rule.js';
import { loadOwnExtractors } from '../../own-extractors.js';
import { readConfiguration } from '../../read-configuration.js';
import type { Place } from '../place.js';

export interface ConfigurationFacts {
  readonly file: string;
  /** The defaults where it is wrong. */
  readonly config: Config;
  readonly problem: FindTextError | undefined;
  readonly endpoints: readonly Endpoint[];
  /** Commands that read files and are not there, in words. */
  readonly missingCommands: readonly string[];
}

export async function lookAtConfiguration({ locations }: Place): Promise<ConfigurationFacts> {
  const { config, problem, notify, surroundings } = readConfiguration(locations);
  const file = locations.configFile;
  const known = { file, config, endpoints: notify?.endpoints ?? [] };
  try {
    // What a daemon reads of it besides: patterns of `redact`, and commands that read files.
    if (surroundings) await loadNotify(file, surroundings);
    const missingCommands = problem ? [] : loadOwnExtractors({ locations, config }).missing;
    return { ...known, problem, missingCommands };
  } catch (error) {
    if (!(error instanceof FindTextError)) throw error;
    return { ...known, problem: error, missingCommands: [] };
  }
}
