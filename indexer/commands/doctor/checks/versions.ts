/** Of programs: is there more than one, and does the daemon run the one that is there now? Pure. */
import { dirname } from 'node:path';
import { cleanText } from '../../../../shared/path-text.js';
import { shellWord } from '../../../backup/shell-word.js';
import type { Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import type { ProgramFacts, ProgramOnPath } from '../look/programs.js';
import { restart } from '../restart.js';
import type { Ways } from '../ways.js';

export function checkVersions(facts: Facts, ways: Ways): readonly Finding[] {
  const { programs } = facts;
  return programs ? [...others(programs, ways), ...ofDaemon(programs, facts, ways)] : [];
}

function others({ onPath, file, version }: ProgramFacts, ways: Ways): readonly Finding[] {
  const own = dirname(file);
  return onPath
    .filter(({ realPath }) => dirname(realPath) !== own)
    .map((other) => {
      const its = `${cleanText(other.path)} is of another installation (${cleanText(other.realPath)}, ${other.version ?? 'no version'})`;
      const text = `${its} than this find-textd (${cleanText(file)}, ${version})`;
      return { finding: 'several programs', text, ...removal(other, ways) };
    });
}

/** A link is all that brings it onto PATH. What is no link belongs to a package manager. */
function removal({ path, isSymlink, isOurs }: ProgramOnPath, ways: Ways): Pick<Finding, 'repair' | 'advice'> {
  if (!isSymlink) return { advice: 'uninstall the one that you do not want, by what has installed it' };
  const remove = `rm ${shellWord(path)}`;
  return { repair: isOurs ? remove : ways.asRoot(remove), advice: 'this removes the link, and keeps what it leads to' };
}

function ofDaemon({ builtMs, version }: ProgramFacts, facts: Facts, ways: Ways): readonly Finding[] {
  const holder = facts.daemon?.holder;
  if (!holder) return [];
  const isOther = holder.version !== undefined && holder.version !== version;
  if (!isOther && holder.startedMs >= builtMs) return [];
  const its = isOther
    ? `is of version ${cleanText(holder.version ?? '')}, this is ${version}`
    : 'began before the program was replaced';
  const text = `the daemon (process ${holder.pid}) ${its}`;
  return [{ finding: 'daemon of before', text, ...restart(facts, ways) }];
}
