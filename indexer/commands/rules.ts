/** `find-textd rules`: what is left out of the index, by which switch of the configuration. */
import { OPTIONS, type OptionName } from '../../shared/config/options.js';
import { cleanText } from '../../shared/path-text.js';
import { DEFAULT_LISTS } from '../rules/default-lists.js';
import type { Context } from './context.js';

const WIDTH = 72;

export function showRules({ config, locations, stdout }: Context): void {
  const switches = (Object.keys(OPTIONS) as OptionName[]).filter(
    (name) => name.startsWith('ignore.') && OPTIONS[name].kind === 'boolean',
  );
  const lines = switches.flatMap((name) => [
    `${config[name] ? 'on ' : 'off'}  ${name.padEnd(24)} ${OPTIONS[name].help}`,
    ...wrapped(name in DEFAULT_LISTS ? DEFAULT_LISTS[name as keyof typeof DEFAULT_LISTS] : []),
  ]);
  const own = wrapped(config['ignore.patterns'].map(cleanText));
  const patterns = `     ${'ignore.patterns'.padEnd(24)} ${own.length > 0 ? OPTIONS['ignore.patterns'].help : 'None of your own.'}`;
  const where = `switch them in ${locations.configFile}, as in \`[ignore]\` and \`secrets = false\``;
  stdout.write(`${[...lines, patterns, ...own, where].join('\n')}\n`);
}

/** Patterns side by side, as many as fit into a line. */
function wrapped(patterns: readonly string[]): string[] {
  const lines: string[] = [];
  for (const pattern of patterns) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + pattern.length + 2 <= WIDTH)
      lines[lines.length - 1] = `${last}  ${pattern}`;
    else lines.push(pattern);
  }
  return lines.map((line) => `     ${''.padEnd(24)}   ${line}`);
}
