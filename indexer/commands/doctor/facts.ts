/** All that a doctor knows, gathered once. What it means is the business of checks/. Reads only. */
import { homedir } from 'node:os';
import { reasonText } from '../../../shared/errors.js';
import { cleanText } from '../../../shared/path-text.js';
import type { Area } from './finding.js';
import { type AuditFacts, lookAtAudit } from './look/audit.js';
import { type ConfigurationFacts, lookAtConfiguration } from './look/configuration.js';
import { type DaemonFacts, lookAtDaemon } from './look/daemon.js';
import { type DiskFacts, lookAtDisk } from './look/disk.js';
import { type EndpointFacts, lookAtEndpoints } from './look/endpoints.js';
import { type ExtractorFacts, lookAtExtractors } from './look/extractors.js';
import { type FolderFacts, lookAtFolders } from './look/folders.js';
import { type HistoryFacts, lookAtHistory } from './look/history.js';
import { type IndexFacts, lookAtIndex } from './look/index-file.js';
import { type InotifyFacts, lookAtInotify } from './look/inotify.js';
import { lookAtPrograms, type ProgramFacts } from './look/programs.js';
import type { Place } from './place.js';

/** What is undefined could not be looked at: `faults` says why. */
export interface Facts {
  readonly me: {
    readonly uid: number;
    readonly home: string;
    readonly nowMs: number;
    /** Root for a moment: the index and the daemon are another user's. */
    readonly isSudo: boolean;
  };
  readonly configuration: ConfigurationFacts | undefined;
  readonly folders: readonly FolderFacts[] | undefined;
  readonly disk: DiskFacts | undefined;
  readonly index: IndexFacts | undefined;
  readonly history: HistoryFacts | undefined;
  readonly daemon: DaemonFacts | undefined;
  readonly programs: ProgramFacts | undefined;
  readonly inotify: InotifyFacts | undefined;
  readonly audit: AuditFacts | undefined;
  readonly extractors: ExtractorFacts | undefined;
  readonly endpoints: readonly EndpointFacts[] | undefined;
  readonly faults: readonly Fault[];
}

export interface Fault {
  readonly area: Area;
  readonly why: string;
}

export async function gather(place: Place): Promise<Facts> {
  const faults: Fault[] = [];
  const attempt = async <T>(area: Area, look: (place: Place) => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await look(place);
    } catch (error) {
      faults.push({ area, why: cleanText(reasonText(error)) });
      return undefined;
    }
  };
  const configuration = await attempt('configuration', lookAtConfiguration);
  const endpoints = configuration?.endpoints ?? [];
  return {
    me: {
      uid: place.uid,
      home: place.env.HOME ?? homedir(),
      nowMs: place.nowMs,
      isSudo: place.uid === 0 && place.env.SUDO_UID !== undefined,
    },
    configuration,
    folders: await attempt('folders', lookAtFolders),
    disk: await attempt('disk', lookAtDisk),
    index: await attempt('index', lookAtIndex),
    history: await attempt('index', lookAtHistory),
    daemon: await attempt('daemon', lookAtDaemon),
    programs: await attempt('versions', lookAtPrograms),
    inotify: await attempt('inotify', lookAtInotify),
    audit: await attempt('audit', lookAtAudit),
    extractors: await attempt('extractors', lookAtExtractors),
    endpoints: await attempt('endpoints', (at) => lookAtEndpoints(endpoints, at)),
    faults,
  };
}
