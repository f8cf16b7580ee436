/** Of the configuration file. Pure. */
import { shellWord } from '../../../backup/shell-word.js';
import type { Facts } from '../facts.js';
import type { Finding } from '../finding.js';

/** What its folder is refused for is a finding of the folders. */
export function checkConfiguration({ configuration }: Facts): readonly Finding[] {
  const problem = configuration?.problem;
  if (!configuration || problem?.code !== 'FT_CONFIG_INVALID') return [];
  const repair = `\${VISUAL:-\${EDITOR:-vi}} ${shellWord(configuration.file)}`;
  return [{ finding: 'configuration wrong', text: problem.message, repair, advice: problem.hint }];
}
