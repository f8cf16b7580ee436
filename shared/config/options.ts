/**
 * Every setting, once: name, default, unit, bounds, help. `load.ts` checks against it; the README's table is written
 * from it, and test/docs.test.ts compares them.
 */
export type OptionSpec =
  | { readonly kind: 'boolean'; readonly default: boolean; readonly help: string }
  | { readonly kind: 'string'; readonly default: string; readonly help: string }
  | { readonly kind: 'strings'; readonly default: readonly string[]; readonly help: string }
  | { readonly kind: 'choice'; readonly default: string; readonly choices: readonly string[]; readonly help: string }
  | {
      readonly kind: 'number';
      readonly default: number;
      readonly min: number;
      readonly max: number;
      readonly unit: string;
      readonly help: string;
    };

export const OPTIONS = {
  roots: {
    kind: 'strings',
    default: [],
    help: 'Folders to index when the command line names none. `~/` is your home; relative paths begin there, too.',
  },
  source: {
    kind: 'choice',
    default: 'auto',
    choices: ['auto', 'audit', 'inotify', 'none'],
    help: 'Where changes are learned from. `auto` takes the audit change log when it is fresh and every folder has one, otherwise inotify.',
  },
  'audit.config': {
    kind: 'string',
    default: '/etc/find-text/audit.json',
    help: 'File that `find-textd audit install` writes for the plugin. It names the change logs.',
  },
  'audit.compareMinutes': {
    kind: 'number',
    default: 30,
    min: 0.01,
    max: 1_440,
    unit: 'min',
    help: 'How often every folder is compared with the disk, to catch what audit does not report (io_uring, mmap, `touch -d`, mounts).',
  },
  'network.compareMinutes': {
    kind: 'number',
    default: 10,
    min: 0.01,
    max: 1_440,
    unit: 'min',
    help: 'How often folders on network and FUSE volumes are compared with the disk, to catch what other machines change there.',
  },
  'baseline.checkHours': {
    kind: 'number',
    default: 24,
    min: 0,
    max: 8_760,
    unit: 'h',
    help: 'How often the daemon compares with the baseline, where there is one. 0: never.',
  },
  'queue.settleMs': {
    kind: 'number',
    default: 20,
    min: 0,
    max: 60_000,
    unit: 'ms',
    help: 'A file is read when it has been quiet for this long. More saves work on busy files; less finds them sooner.',
  },
  'queue.maxWaitMs': {
    kind: 'number',
    default: 2_000,
    min: 0,
    max: 3_600_000,
    unit: 'ms',
    help: 'A file that is never quiet is read this long after its first change.',
  },
  'events.keepDays': {
    kind: 'number',
    default: 400,
    min: 1,
    max: 36_500,
    unit: 'days',
    help: 'How long `find-textd events` remembers what happened to files, with their names, also of deleted files. `find-textd forget` wipes them at once.',
  },
  'events.maxMiB': {
    kind: 'number',
    default: 64,
    min: 0,
    max: 65_536,
    unit: 'MiB',
    help: 'Most space for events in the index. The oldest go first. 0 keeps none.',
  },
  'integrity.keepDays': {
    kind: 'number',
    default: 400,
    min: 1,
    max: 36_500,
    unit: 'days',
    help: 'How long the history of integrity monitoring is kept.',
  },
  'integrity.maxHashMiB': {
    kind: 'number',
    default: 256,
    min: 0,
    max: 65_536,
    unit: 'MiB',
    help: 'Of larger files that rules watch no digest is made: size and time say whether they have changed.',
  },
  'integrity.heartbeatMinutes': {
    kind: 'number',
    default: 0,
    min: 0,
    max: 10_080,
    unit: 'min',
    help: 'How often integrity monitoring tells all endpoints that it is at work. 0 never does.',
  },
  'extract.maxFileMiB': {
    kind: 'number',
    default: 16,
    min: 0,
    max: 64,
    unit: 'MiB',
    help: 'Of a larger file only the first part is indexed. Its hits say so.',
  },
  'extract.timeoutSeconds': {
    kind: 'number',
    default: 30,
    min: 1,
    max: 3_600,
    unit: 's',
    help: 'An extractor that works longer on one file is stopped. `find-textd status` lists the file.',
  },
  'extract.memoryMiB': {
    kind: 'number',
    default: 1_024,
    min: 256,
    max: 65_536,
    unit: 'MiB',
    help: 'Most memory for one extractor process. Above it the process is stopped.',
  },
  'extract.workers': {
    kind: 'number',
    default: 2,
    min: 1,
    max: 64,
    unit: 'processes',
    help: 'Extractor processes that work side by side.',
  },
  'page.enabled': {
    kind: 'boolean',
    default: false,
    help: 'Serve a page to the browser of this machine, for its user alone. `find-textd page` opens it.',
  },
  'ocr.enabled': {
    kind: 'boolean',
    default: false,
    help: 'Read the text in pictures with `tesseract`, where it is installed: some seconds of processor time for each.',
  },
  'ocr.languages': {
    kind: 'strings',
    default: ['eng'],
    help: 'In which languages, as tesseract names them: `["eng", "deu"]`. `tesseract --list-langs` shows those that are installed.',
  },
  'budget.nice': {
    kind: 'number',
    default: 10,
    min: 0,
    max: 19,
    unit: 'niceness',
    help: 'Niceness of the daemon. With util-linux installed, extractors also run in the idle I/O class.',
  },
  'budget.cpuPercent': {
    kind: 'number',
    default: 100,
    min: 5,
    max: 10_000,
    unit: '% of one processor',
    help: 'Most processor time for comparing folders, floods of changes and large files that never rest. Files you save, the first index and `rebuild` are not held back.',
  },
  'budget.memoryMiB': {
    kind: 'number',
    default: 400,
    min: 50,
    max: 65_536,
    unit: 'MiB',
    help: 'Memory of the daemon and its extractors. Above it they go on with one extractor and small batches.',
  },
  'budget.pauseOnBattery': { kind: 'boolean', default: false, help: 'Pause while the machine runs on battery.' },
  'budget.pauseAboveLoad': {
    kind: 'number',
    default: 0,
    min: 0,
    max: 1000,
    unit: 'running for each processor',
    help: 'Pause while other programs keep the machine busier than this (load over one minute). 0 never pauses.',
  },
  'ignore.vcs': { kind: 'boolean', default: true, help: 'Leave out what git, hg, svn and bzr keep for themselves.' },
  'ignore.nodeModules': { kind: 'boolean', default: true, help: 'Leave out folders called node_modules.' },
  'ignore.cacheDirs': { kind: 'boolean', default: true, help: 'Leave out folders marked by a CACHEDIR.TAG.' },
  'ignore.markerFiles': {
    kind: 'boolean',
    default: true,
    help: 'Leave out folders with a .nomedia or .trackerignore.',
  },
  'ignore.gitignore': { kind: 'boolean', default: true, help: 'Honour .gitignore inside git work trees.' },
  'ignore.ignoreFile': { kind: 'boolean', default: true, help: 'Honour .find-textignore (same syntax) anywhere.' },
  'ignore.pseudoFileSystems': { kind: 'boolean', default: true, help: 'Leave out /proc, /sys and their kin.' },
  'ignore.caches': {
    kind: 'boolean',
    default: true,
    help: 'Leave out `.cache` and the caches of npm, pip, cargo and their kin.',
  },
  'ignore.trash': { kind: 'boolean', default: true, help: 'Leave out what was thrown into the trash.' },
  'ignore.secrets': {
    kind: 'boolean',
    default: true,
    help: 'Leave out private keys, passwords and keyrings: `.ssh/id_*`, `.gnupg`, `.netrc`, `.password-store` and their kin.',
  },
  'ignore.browserProfiles': {
    kind: 'boolean',
    default: true,
    help: 'Leave out the profiles of web browsers: history, cookies, passwords.',
  },
  'ignore.histories': { kind: 'boolean', default: true, help: 'Leave out the histories of shells and other programs.' },
  'ignore.hidden': { kind: 'boolean', default: false, help: 'Leave out names that begin with a dot.' },
  'ignore.patterns': {
    kind: 'strings',
    default: [],
    help: 'More to leave out, in .gitignore syntax, for every root. `~/x`, `/home/me/x` and `./x` mean that folder.',
  },
  'ignore.excludedNames': {
    kind: 'choice',
    default: 'skip',
    choices: ['skip', 'names'],
    help: '`names` finds excluded files by their name, and never reads them. Excluded folders stay out.',
  },
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof OPTIONS;

type ValueOf<Spec extends OptionSpec> = Spec extends { kind: 'boolean' }
  ? boolean
  : Spec extends { kind: 'number' }
    ? number
    : Spec extends { kind: 'string' }
      ? string
      : Spec extends { kind: 'strings' }
        ? readonly string[]
        : Spec extends { kind: 'choice'; choices: readonly (infer Choice)[] }
          ? Choice
          : never;

/** Every option with its value, checked: `config['queue.settleMs']`. */
export type Config = { readonly [Name in OptionName]: ValueOf<(typeof OPTIONS)[Name]> };

/** What it may be, as a sentence. */
export function boundsText(spec: OptionSpec): string {
  switch (spec.kind) {
    case 'number':
      return `A number from ${spec.min} to ${spec.max}: ${spec.unit}.`;
    case 'choice':
      return `One of ${spec.choices.join(', ')}.`;
    case 'boolean':
      return 'true or false.';
    case 'string':
      return 'A string.';
    case 'strings':
      return 'A list of strings.';
  }
}
