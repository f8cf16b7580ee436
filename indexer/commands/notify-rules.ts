/** The rules of integrity monitoring that a session begins with. A configuration that got worse keeps the last good one. */
import { loadToml, type TomlFile } from '../../shared/config/load.js';
import { parseNotify } from '../notify/rules/parse-notify.js';
import { RuleSet } from '../notify/rules/rule-set.js';
import { PLACES } from '../rules/rules.js';
import type { NotifyWishes } from '../session-parts.js';
import { type Context, say } from './context.js';

const lastGood = new Map<string, TomlFile>();

/**
 * @returns undefined when there are none
 * @throws FindTextError FT_CONFIG_INVALID when they are wrong and were never right
 */
export function loadRules(context: Context, roots: readonly Buffer[]): NotifyWishes | undefined {
  const { configFile, dataDirectory } = context.locations;
  try {
    const toml = loadToml(configFile);
    const wishes = toWishes(toml, dataDirectory, roots);
    lastGood.set(configFile, toml);
    return wishes;
  } catch (error) {
    const toml = lastGood.get(configFile);
    if (!toml) throw error;
    say(context, `${(error as Error).message}; the rules from before go on`);
    return toWishes(toml, dataDirectory, roots);
  }
}

function toWishes(
  { text, file, table }: TomlFile,
  dataDirectory: string,
  roots: readonly Buffer[],
): NotifyWishes | undefined {
  if (!('notify' in table)) return undefined;
  const { compiled } = parseNotify(text, file, { roots, places: PLACES });
  return compiled.length === 0 ? undefined : { config: { text, file }, dataDirectory, rules: new RuleSet(compiled) };
}
