/**
 * Everything that `find-textd doctor` can find, once: where it belongs, whether it is a problem, and why it matters.
 * docs/doctor-json.md lists the same names; test/doctor-json.test.ts compares both.
 */
export const AREAS = [
  'configuration',
  'folders',
  'disk',
  'index',
  'daemon',
  'clock',
  'versions',
  'inotify',
  'audit',
  'extractors',
  'endpoints',
] as const;
export type Area = (typeof AREAS)[number];

interface Kind {
  readonly area: Area;
  /** `note`: all works; the exit status stays 0. */
  readonly level: 'problem' | 'note';
  readonly why: string;
}

export const FINDINGS = {
  'configuration wrong': {
    area: 'configuration',
    level: 'problem',
    why: 'a daemon that runs goes on with the configuration of before; none can be started',
  },
  'folder open': {
    area: 'folders',
    level: 'problem',
    why: 'other users could replace what find-text writes and believes there, so it refuses to work',
  },
  'folder of another user': {
    area: 'folders',
    level: 'problem',
    why: 'its owner could replace what find-text writes and believes there, so it refuses to work',
  },
  'folder unusable': { area: 'folders', level: 'problem', why: 'find-text cannot keep its files there' },
  'folder readable': {
    area: 'folders',
    level: 'problem',
    why: 'other users can see what find-text keeps there: the words and names of your files',
  },
  'folder closed': { area: 'folders', level: 'problem', why: 'find-text cannot work with its own files there' },
  'disk read-only': { area: 'disk', level: 'problem', why: 'changes cannot be written into the index' },
  'disk low': {
    area: 'disk',
    level: 'problem',
    why: 'when the disk is full, changes are held back; a rebuild needs room for a second index',
  },
  'no index': { area: 'index', level: 'problem', why: 'there is nothing to search' },
  'index unreadable': { area: 'index', level: 'problem', why: 'searches find nothing' },
  'index damaged': { area: 'index', level: 'problem', why: 'answers may be wrong, or lack files' },
  'index older': {
    area: 'index',
    level: 'problem',
    why: 'searches find nothing until a daemon of this version has raised it',
  },
  'index newer': { area: 'index', level: 'problem', why: 'this find-text can neither search nor update it' },
  'folder missing': {
    area: 'index',
    level: 'problem',
    why: 'what is known of its files is kept, and their changes are not seen',
  },
  'index mostly free': { area: 'index', level: 'note', why: 'it takes more of the disk than it needs' },
  'history unreadable': {
    area: 'index',
    level: 'problem',
    why: 'integrity monitoring can neither prove what it has told, nor tell anything more',
  },
  'history changed': {
    area: 'index',
    level: 'problem',
    why: 'somebody has changed what was noted of changes, or a program that is not find-text has written there',
  },
  'no daemon': { area: 'daemon', level: 'problem', why: 'changes are not seen: searches answer from the past' },
  'daemon stopped': { area: 'daemon', level: 'problem', why: 'changes are not seen: searches answer from the past' },
  'daemon hanging': { area: 'daemon', level: 'problem', why: 'changes are not seen: searches answer from the past' },
  'daemon trouble': { area: 'daemon', level: 'problem', why: 'the daemon says that something keeps it from its work' },
  paused: { area: 'daemon', level: 'note', why: 'changes are collected, and found only when the pause is over' },
  'lock held': {
    area: 'daemon',
    level: 'problem',
    why: 'no daemon can start: it would believe that another one is at work',
  },
  'socket missing': {
    area: 'daemon',
    level: 'problem',
    why: 'editors, launchers and `find-text -i` get no answer from the daemon',
  },
  'stale socket': {
    area: 'daemon',
    level: 'note',
    why: 'programs that ask the daemon meet a socket that nobody answers; the next daemon replaces it',
  },
  'clock wrong': {
    area: 'clock',
    level: 'problem',
    why: 'the times of changes are wrong, and certificates of receivers may not be accepted',
  },
  'times to come': {
    area: 'clock',
    level: 'note',
    why: 'the clock is behind, or was ahead then: queries with `changed:` and the order of events are wrong for these',
  },
  'several programs': {
    area: 'versions',
    level: 'problem',
    why: 'which one is run depends on PATH, and an older one cannot read the index of a newer one',
  },
  'daemon of before': {
    area: 'versions',
    level: 'problem',
    why: 'the daemon still runs the program that was there before: what the new one mends is not in effect',
  },
  'few watches': {
    area: 'inotify',
    level: 'problem',
    why: 'folders without a watch are compared once a minute: their changes are found late',
  },
  'few instances': {
    area: 'inotify',
    level: 'problem',
    why: 'a daemon that is started cannot watch anything when other programs have taken them all',
  },
  'short queue': {
    area: 'inotify',
    level: 'note',
    why: 'in a burst of changes the kernel drops events: everything is compared with the disk then',
  },
  'no audit': { area: 'audit', level: 'problem', why: 'the configuration has `source = "audit"`: no daemon can start' },
  'auditd stopped': { area: 'audit', level: 'problem', why: 'nothing brings the changes from the kernel' },
  'auditing off': { area: 'audit', level: 'problem', why: 'the kernel reports no changes' },
  'task never': { area: 'audit', level: 'problem', why: 'the rule `-a never,task` keeps every new process unseen' },
  'rule missing': { area: 'audit', level: 'problem', why: 'the kernel does not report the changes of that folder' },
  'backlog full': { area: 'audit', level: 'problem', why: 'records that find no room are lost' },
  'backlog small': {
    area: 'audit',
    level: 'note',
    why: 'a burst of changes fills it in a moment, and records are lost',
  },
  'records lost': {
    area: 'audit',
    level: 'note',
    why: 'what they told is found by comparing, but not who did it; the kernel counts since the boot',
  },
  'records dropped': {
    area: 'audit',
    level: 'problem',
    why: 'with backlog_wait_time 0 the kernel drops records at once instead of letting programs wait',
  },
  'plugin silent': { area: 'audit', level: 'problem', why: 'changes do not come into the change logs' },
  'plugin failing': { area: 'audit', level: 'problem', why: 'some changes do not come into the change logs' },
  'log silent': { area: 'audit', level: 'problem', why: 'the changes of that folder do not come into its change log' },
  'plugin file open': {
    area: 'audit',
    level: 'problem',
    why: 'whoever can change it decides what root runs, or what is watched',
  },
  'plugin file of another user': {
    area: 'audit',
    level: 'problem',
    why: 'its owner decides what root runs, or what is watched',
  },
  'plugin file missing': {
    area: 'audit',
    level: 'problem',
    why: 'auditd cannot start the plugin, or it knows no folders',
  },
  'not audited from boot': {
    area: 'audit',
    level: 'note',
    why: 'without audit=1 programs that were started before auditd are not seen until they are started again',
  },
  'no walls': {
    area: 'extractors',
    level: 'note',
    why: 'a hostile document that takes over its extractor is held by fewer walls',
  },
  'tool missing': { area: 'extractors', level: 'note', why: 'find-text works without it, and does more with it' },
  'command missing': {
    area: 'extractors',
    level: 'problem',
    why: 'the configuration wants it to read files: these are found by their names only',
  },
  'extractors broken': { area: 'extractors', level: 'problem', why: 'files are found by their names only' },
  'endpoint secret': { area: 'endpoints', level: 'problem', why: 'nothing can be sent to this endpoint' },
  'endpoint unreachable': {
    area: 'endpoints',
    level: 'problem',
    why: 'what is to be told of changes waits, and is given up in the end',
  },
  'endpoint failing': { area: 'endpoints', level: 'problem', why: 'messages wait for it' },
  'endpoint off': {
    area: 'endpoints',
    level: 'problem',
    why: 'it said that it is gone for good: nothing is sent until it is switched on again',
  },
  'endpoint removed': {
    area: 'endpoints',
    level: 'problem',
    why: 'messages wait for an endpoint that the configuration does not have any more',
  },
  'dead letters': { area: 'endpoints', level: 'problem', why: 'nobody was told of these changes' },
} as const satisfies Readonly<Record<string, Kind>>;

export type FindingName = keyof typeof FINDINGS;

export interface Finding {
  readonly finding: FindingName;
  /** What is the matter, with what. */
  readonly text: string;
  /** The command that repairs it, for a shell. */
  readonly repair?: string | undefined;
  /** What to do where no command can do it, or beside it. */
  readonly advice?: string | undefined;
}
