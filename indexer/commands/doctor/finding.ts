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

const problem = (area: Area, why: string): Kind => ({ area, level: 'problem', why });
const note = (area: Area, why: string): Kind => ({ area, level: 'note', why });

export const FINDINGS = {
  'configuration wrong': problem(
    'configuration',
    'a daemon that runs goes on with the configuration of before; none can be started',
  ),
  'folder open': problem(
    'folders',
    'other users could replace what find-text writes and believes there, so it refuses to work',
  ),
  'folder of another user': problem(
    'folders',
    'its owner could replace what find-text writes and believes there, so it refuses to work',
  ),
  'folder unusable': problem('folders', 'find-text cannot keep its files there'),
  'folder readable': problem(
    'folders',
    'other users can see what find-text keeps there: the words and names of your files',
  ),
  'folder closed': problem('folders', 'find-text cannot work with its own files there'),
  'disk read-only': problem('disk', 'changes cannot be written into the index'),
  'disk low': problem('disk', 'when the disk is full, changes are held back; a rebuild needs room for a second index'),
  'no index': problem('index', 'there is nothing to search'),
  'index unreadable': problem('index', 'searches find nothing'),
  'index damaged': problem('index', 'answers may be wrong, or lack files'),
  'index older': problem('index', 'searches find nothing until a daemon of this version has raised it'),
  'index newer': problem('index', 'this find-text can neither search nor update it'),
  'folder missing': problem('index', 'what is known of its files is kept, and their changes are not seen'),
  'index mostly free': note('index', 'it takes more of the disk than it needs'),
  'history unreadable': problem(
    'index',
    'integrity monitoring can neither prove what it has told, nor tell anything more',
  ),
  'history changed': problem(
    'index',
    'somebody has changed what was noted of changes, or a program that is not find-text has written there',
  ),
  'no daemon': problem('daemon', 'changes are not seen: searches answer from the past'),
  'daemon stopped': problem('daemon', 'changes are not seen: searches answer from the past'),
  'daemon hanging': problem('daemon', 'changes are not seen: searches answer from the past'),
  'daemon trouble': problem('daemon', 'the daemon says that something keeps it from its work'),
  paused: note('daemon', 'changes are collected, and found only when the pause is over'),
  'lock held': problem('daemon', 'no daemon can start: it would believe that another one is at work'),
  'socket missing': problem('daemon', 'editors, launchers and `find-text -i` get no answer from the daemon'),
  'stale socket': note(
    'daemon',
    'programs that ask the daemon meet a socket that nobody answers; the next daemon replaces it',
  ),
  'clock wrong': problem('clock', 'the times of changes are wrong, and certificates of receivers may not be accepted'),
  'times to come': note(
    'clock',
    'the clock is behind, or was ahead then: queries with `changed:` and the order of events are wrong for these',
  ),
  'several programs': problem(
    'versions',
    'which one is run depends on PATH, and an older one cannot read the index of a newer one',
  ),
  'daemon of before': problem(
    'versions',
    'the daemon still runs the program that was there before: what the new one mends is not in effect',
  ),
  'few watches': problem('inotify', 'folders without a watch are compared once a minute: their changes are found late'),
  'few instances': problem(
    'inotify',
    'a daemon that is started cannot watch anything when other programs have taken them all',
  ),
  'short queue': note(
    'inotify',
    'in a burst of changes the kernel drops events: everything is compared with the disk then',
  ),
  'no audit': problem('audit', 'the configuration has `source = "audit"`: no daemon can start'),
  'auditd stopped': problem('audit', 'nothing brings the changes from the kernel'),
  'auditing off': problem('audit', 'the kernel reports no changes'),
  'task never': problem('audit', 'the rule `-a never,task` keeps every new process unseen'),
  'rule missing': problem('audit', 'the kernel does not report the changes of that folder'),
  'backlog full': problem('audit', 'records that find no room are lost'),
  'backlog small': note('audit', 'a burst of changes fills it in a moment, and records are lost'),
  'records lost': note(
    'audit',
    'what they told is found by comparing, but not who did it; the kernel counts since the boot',
  ),
  'records dropped': problem(
    'audit',
    'with backlog_wait_time 0 the kernel drops records at once instead of letting programs wait',
  ),
  'plugin silent': problem('audit', 'changes do not come into the change logs'),
  'plugin failing': problem('audit', 'some changes do not come into the change logs'),
  'log silent': problem('audit', 'the changes of that folder do not come into its change log'),
  'folder not audited': note(
    'audit',
    'inotify tells of the changes in all your folders then, and nobody knows who made them',
  ),
  'plugin file open': problem('audit', 'whoever can change it decides what root runs, or what is watched'),
  'plugin file of another user': problem('audit', 'its owner decides what root runs, or what is watched'),
  'plugin file missing': problem('audit', 'auditd cannot start the plugin, or it knows no folders'),
  'not audited from boot': note(
    'audit',
    'without audit=1 programs that were started before auditd are not seen until they are started again',
  ),
  'no walls': note('extractors', 'a hostile document that takes over its extractor is held by fewer walls'),
  'tool missing': note('extractors', 'find-text works without it, and does more with it'),
  'command missing': problem(
    'extractors',
    'the configuration wants it to read files: these are found by their names only',
  ),
  'extractors broken': problem('extractors', 'files are found by their names only'),
  'endpoint secret': problem('endpoints', 'nothing can be sent to this endpoint'),
  'endpoint unreachable': problem('endpoints', 'what is to be told of changes waits, and is given up in the end'),
  'endpoint failing': problem('endpoints', 'messages wait for it'),
  'endpoint off': problem(
    'endpoints',
    'it said that it is gone for good: nothing is sent until it is switched on again',
  ),
  'endpoint removed': problem(
    'endpoints',
    'messages wait for an endpoint that the configuration does not have any more',
  ),
  'dead letters': problem('endpoints', 'nobody was told of these changes'),
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
