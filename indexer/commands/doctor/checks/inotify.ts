/** Of the limits of inotify, where changes are learned from it. Pure. */
import { counted, grouped } from '../../../../shared/counted.js';
import type { Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import type { InotifyFacts } from '../look/inotify.js';
import type { Ways } from '../ways.js';

/** What most distributions have, or come to have, where memory allows. */
const USUAL_WATCHES = 1_048_576;
const USUAL_INSTANCES = 1_024;
/** The kernel's own. */
const USUAL_QUEUE = 16_384;
/** Folders come and go, and other programs watch as well. */
const ROOM = 1.25;
const NEARLY = 0.9;

export function checkInotify(facts: Facts, ways: Ways): readonly Finding[] {
  const { inotify } = facts;
  if (!inotify || !isUsed(facts)) return [];
  return [...ofWatches(inotify, facts, ways), ...ofInstances(inotify, ways), ...ofQueue(inotify, ways)];
}

/** By the daemon that runs; else by the one that would. */
function isUsed({ index, configuration }: Facts): boolean {
  const source = index?.kind === 'open' ? index.known.state?.source : undefined;
  if (source) return source === 'inotify';
  return ['auto', 'inotify'].includes(configuration?.config.source ?? 'auto');
}

function ofWatches({ maxWatches }: InotifyFacts, { index }: Facts, ways: Ways): readonly Finding[] {
  if (index?.kind !== 'open') return [];
  const { folders, known } = index;
  const unwatched = known.state?.unwatchedFolders ?? 0;
  if (folders <= maxWatches && unwatched === 0) return [];
  const needed = Math.max(USUAL_WATCHES, 2 ** Math.ceil(Math.log2(folders * ROOM)));
  const told = unwatched > 0 ? `, ${grouped(unwatched)} of them without a watch` : '';
  const text = `${counted(folders, 'folder')} are indexed${told}, and one user may have ${grouped(maxWatches)} watches`;
  return [{ finding: 'few watches', text, repair: raise('max_user_watches', needed, ways) }];
}

function ofInstances({ maxInstances, usedInstances }: InotifyFacts, ways: Ways): readonly Finding[] {
  if (usedInstances < maxInstances * NEARLY) return [];
  const text = `your programs have ${grouped(usedInstances)} of at most ${grouped(maxInstances)} inotify instances`;
  const needed = Math.max(USUAL_INSTANCES, 2 * usedInstances);
  return [{ finding: 'few instances', text, repair: raise('max_user_instances', needed, ways) }];
}

function ofQueue({ maxQueued }: InotifyFacts, ways: Ways): readonly Finding[] {
  if (maxQueued >= USUAL_QUEUE) return [];
  const text = `the kernel keeps ${counted(maxQueued, 'event')} for a program that is busy`;
  return [{ finding: 'short queue', text, repair: raise('max_queued_events', USUAL_QUEUE, ways) }];
}

/** Now, and after the next boot. */
function raise(name: string, value: number, ways: Ways): string {
  const file = `/etc/sysctl.d/60-find-text-${name.replaceAll('_', '-')}.conf`;
  return ways.lineAsRoot(`echo fs.inotify.${name}=${value} > ${file} && sysctl -p ${file}`);
}
