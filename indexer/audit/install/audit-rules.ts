/** `find-textd audit rules`: the rules that are installed, or those that would be for the folders named. */
import { readText } from './facts.js';
import { type SetupParts, systemParts } from './install.js';
import type { SetupContext } from './setup-context.js';
import { setupError } from './setup-error.js';

/** @throws FindTextError when none are installed. */
export function auditRules(context: SetupContext, { paths }: Pick<SetupParts, 'paths'> = systemParts()): void {
  const rules = readText(paths.rulesFile);
  if (rules === undefined)
    throw setupError(
      'show the audit rules',
      `${paths.rulesFile} does not exist or may be read by root only`,
      'Use sudo; `find-textd audit install --dry-run DIR` shows what would be installed.',
    );
  context.stdout.write(rules);
}
