/** Of find-text's own folders. Pure. */
import { isWithin } from '../../../../shared/path-within.js';
import { toBytes } from '../../../../shared/paths.js';
import { shellWord } from '../../../backup/shell-word.js';
import type { Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import type { FolderFacts } from '../look/folders.js';
import type { Ways } from '../ways.js';

const FOR_OTHERS = 0o077;
const FOR_US = 0o700;

export function checkFolders({ folders = [], me }: Facts, ways: Ways): readonly Finding[] {
  const found = folders.flatMap((each) => (each.refusal ? refused(each, me, ways) : ofModes(each)));
  // A folder above several of them is repaired once.
  const isFirst = ({ repair }: Finding, at: number) =>
    repair === undefined || found.findIndex((other) => other.repair === repair) === at;
  return found.filter(isFirst);
}

function refused(
  { folder, refusal, refusedUid, isDevice }: FolderFacts,
  me: Facts['me'],
  ways: Ways,
): readonly Finding[] {
  if (!refusal) return [];
  const { message: text, fault, at, hint: advice } = refusal;
  if (fault === undefined || at === undefined) return [{ finding: 'folder unusable', text, advice }];
  if (isDevice) return [{ finding: 'folder unusable', text, advice: 'put a plain file there, or nothing' }];
  const place = shellWord(at);
  if (fault === 'open') {
    const command = `chmod go-w ${place}`;
    return [{ finding: 'folder open', text, repair: refusedUid === me.uid ? command : ways.asRoot(command) }];
  }
  // What lies outside of the home was named by a variable, as after su: it is its owner's own.
  const isOurs = at === folder.path || isWithin(toBytes(at), toBytes(me.home));
  const repair = isOurs && at.startsWith(`${me.home}/`) ? ways.asRoot(`chown -R ${me.uid} ${place}`) : undefined;
  return [{ finding: 'folder of another user', text, repair, advice: repair ? undefined : advice }];
}

function ofModes({ folder: { path, name }, mode, isPrivate }: FolderFacts): readonly Finding[] {
  if (mode === undefined) return [];
  if ((mode & FOR_US) !== FOR_US)
    return [
      {
        finding: 'folder closed',
        text: `the ${name} ${path} is closed to you (mode ${octal(mode)})`,
        repair: `chmod u+rwx ${shellWord(path)}`,
      },
    ];
  if (!isPrivate || (mode & FOR_OTHERS) === 0) return [];
  const text = `the ${name} ${path} is open to other users (mode ${octal(mode)})`;
  return [{ finding: 'folder readable', text, repair: `chmod 700 ${shellWord(path)}` }];
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
