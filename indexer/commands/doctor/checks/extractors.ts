/** Of the extractors, the walls around them, and programs of other packages. Pure. */
import { wallsText } from '../../walls-text.js';
import type { Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import type { Tool } from '../look/extractors.js';
import type { Ways } from '../ways.js';

const INSTALL: Readonly<Record<string, string>> = {
  debian: 'apt-get install',
  ubuntu: 'apt-get install',
  fedora: 'dnf install',
  arch: 'pacman -S',
  alpine: 'apk add',
  opensuse: 'zypper install',
};

export function checkExtractors({ extractors, configuration }: Facts, ways: Ways): readonly Finding[] {
  if (!extractors) return [];
  const { walls, failure, missing, distribution } = extractors;
  const broken: readonly Finding[] = failure
    ? [
        {
          finding: 'extractors broken',
          text: `an extractor could not read a text: ${failure}`,
          advice: 'install find-text anew; in a checkout: `npm run setup`',
        },
      ]
    : [];
  const isWhole = walls.seccomp && walls.landlock > 0;
  const open: readonly Finding[] = isWhole ? [] : [{ finding: 'no walls', text: wallsText(walls), advice: OF_KERNEL }];
  const commands = (configuration?.missingCommands ?? []).map(
    (text): Finding => ({
      finding: 'command missing',
      text,
      advice: 'install it, or take it out of the configuration',
    }),
  );
  return [...broken, ...commands, ...open, ...missing.map((tool) => missingTool(tool, distribution, ways))];
}

const OF_KERNEL = 'a kernel with seccomp and Landlock has them (Linux 5.13 or later, `lsm=` with landlock)';

function missingTool({ path, inPackage, gives }: Tool, distribution: string, ways: Ways): Finding {
  const install = INSTALL[distribution];
  const text = `${path} is not there: it would give ${gives}`;
  const advice = `install the package ${inPackage}`;
  return {
    finding: 'tool missing',
    text,
    ...(install ? { repair: ways.asRoot(`${install} ${inPackage}`) } : { advice }),
  };
}
