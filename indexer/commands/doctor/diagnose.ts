/** Facts in, findings out, in the order in which they are best repaired; and what could not be seen. Pure. */
import { checkAudit } from './checks/audit.js';
import { checkClock } from './checks/clock.js';
import { checkConfiguration } from './checks/configuration.js';
import { checkDaemon } from './checks/daemon.js';
import { checkDisk } from './checks/disk.js';
import { checkEndpoints } from './checks/endpoints.js';
import { checkExtractors } from './checks/extractors.js';
import { checkFolders } from './checks/folders.js';
import { checkIndexFile } from './checks/index-file.js';
import { checkInotify } from './checks/inotify.js';
import { checkVersions } from './checks/versions.js';
import type { Facts } from './facts.js';
import { AREAS, type Area, FINDINGS, type Finding } from './finding.js';
import type { Ways } from './ways.js';

const CHECKS: Readonly<Record<Area, (facts: Facts, ways: Ways) => readonly Finding[]>> = {
  configuration: checkConfiguration,
  folders: checkFolders,
  disk: checkDisk,
  index: checkIndexFile,
  daemon: checkDaemon,
  clock: checkClock,
  versions: checkVersions,
  inotify: checkInotify,
  audit: checkAudit,
  extractors: checkExtractors,
  endpoints: checkEndpoints,
};

export interface Unseen {
  readonly text: string;
  /** What shows it; undefined: it failed. */
  readonly command: string | undefined;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly unseen: readonly Unseen[];
}

/** Problems first. */
export function diagnose(facts: Facts, ways: Ways): Diagnosis {
  const all = AREAS.flatMap((area) => CHECKS[area](facts, ways));
  const isNote = ({ finding }: Finding) => FINDINGS[finding].level === 'note';
  return { findings: [...all.filter((each) => !isNote(each)), ...all.filter(isNote)], unseen: unseenOf(facts, ways) };
}

/** 0: well. 1: there are problems. 2: there is none among what could be looked at, which is not all. */
export function exitStatus({ findings, unseen }: Diagnosis): 0 | 1 | 2 {
  if (findings.some(({ finding }) => FINDINGS[finding].level === 'problem')) return 1;
  return unseen.some(({ command }) => command === undefined) ? 2 : 0;
}

function unseenOf({ faults, audit, endpoints = [], index, history, me }: Facts, ways: Ways): readonly Unseen[] {
  const failed = faults.map(({ area, why }) => ({ text: `${area}: ${why}`, command: undefined }));
  const isHidden = audit?.isInstalled && !audit.status.kernel;
  const asRoot = {
    text: 'the audit rules, and what the kernel has lost: only root sees them',
    command: ways.textdAsRoot('doctor'),
  };
  const isOfSudo = me.isSudo && index?.kind === 'failed' && index.code === 'FT_STORE_MISSING';
  const own = { text: 'your own index and daemon: root has none', command: 'find-textd doctor' };
  const variables = [...new Set(endpoints.flatMap((each) => each.variables))];
  const ofDaemon = {
    text: `endpoints with a secret in the environment of the daemon (${variables.join(', ')})`,
    command: ways.textd('notify', 'test', 'RULE'),
  };
  const long = { text: 'the history is too long to be computed again now', command: ways.textd('verify') };
  const isLarge = index?.kind === 'open' && index.isUnchecked;
  const unread = {
    text: 'the index is too large to be read through now: a daemon does so after it was killed',
    command: ways.textd('status'),
  };
  return [
    ...failed,
    ...(isHidden ? [asRoot] : []),
    ...(isOfSudo ? [own] : []),
    ...(variables.length > 0 ? [ofDaemon] : []),
    ...(isLarge ? [unread] : []),
    ...(history?.isUnchecked ? [long] : []),
  ];
}
