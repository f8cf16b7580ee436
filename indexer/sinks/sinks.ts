/**
 * The sinks that read no more than the configuration. A new one is a file or folder beside this one, and an entry here.
 * Integrity monitoring also needs the rules: session-parts.ts makes it.
 */
import type { Config } from '../../shared/config/options.js';
import type { Sink } from './sink.js';

/** Each makes its sink, or undefined when the configuration does not ask for it. */
const SINKS: readonly ((config: Config) => Sink | undefined)[] = [];

export function makeSinks(config: Config): readonly Sink[] {
  return SINKS.flatMap((make) => make(config) ?? []);
}
