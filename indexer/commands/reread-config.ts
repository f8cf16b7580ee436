/** The configuration of a running daemon, read again. One that is wrong changes nothing. */
import { isDeepStrictEqual } from 'node:util';
import { loadConfig } from '../../shared/config/load.js';
import type { Config, OptionName } from '../../shared/config/options.js';
import { FindTextError } from '../../shared/errors.js';
import { type Context, say } from './context.js';

/** @returns the same context when nothing is different; undefined: it is wrong, which has been told */
export function rereadConfig(context: Context): Context | undefined {
  try {
    const config = loadConfig(context.locations.configFile);
    const changed = changedNames(context.config, config);
    if (changed.length === 0) return context;
    say(context, `the configuration has changed, and holds from now on: ${changed.join(', ')}`);
    return { ...context, config };
  } catch (error) {
    if (!(error instanceof FindTextError)) throw error;
    say(context, `${error.message}; the options of before go on`);
    return undefined;
  }
}

function changedNames(before: Config, after: Config): OptionName[] {
  return (Object.keys(after) as OptionName[]).filter((name) => !isDeepStrictEqual(before[name], after[name]));
}
