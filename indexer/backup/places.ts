/**
 * Where backups are, as `[[backup]]` of the configuration and `[[notify.backup]]` of a rule say it. Pure: nothing is
 * looked at here. The kinds of folders are one kind: a template of the snapshots' paths, and where their time is found.
 */
import { isAbsolute } from 'node:path';
import { expandHome } from '../../shared/expand-home.js';

export const BACKUP_TOOLS = [
  'folders',
  'btrbk',
  'snapper',
  'zfs',
  'rsnapshot',
  'timeshift',
  'restic',
  'borg',
  'git',
  'command',
] as const;
type ToolName = (typeof BACKUP_TOOLS)[number];

interface Common {
  /** As the configuration names it. */
  readonly tool: ToolName;
  /** Only files in this folder are in it, by their path below it. */
  readonly below: string;
  /** `https://…/{snapshot}/{path}` */
  readonly link?: string;
}

/** `auto`: of the template's date, of the subvolume, of a date in the name, of the folder; the first that there is. */
export type TimeWay = 'auto' | 'name' | 'mtime' | 'subvolume' | 'zfs';

export interface FoldersPlace extends Common {
  readonly kind: 'folders';
  readonly views: readonly { readonly template: string; readonly below: string }[];
  readonly time: TimeWay;
}

/** A password stands in a file or an environment variable, never here. */
export interface Secret {
  readonly passwordFile?: string;
  readonly passwordEnv?: string;
}

export interface ResticPlace extends Common, Secret {
  readonly kind: 'restic';
  readonly repository?: string;
  readonly repositoryFile?: string;
  /** Only snapshots of this machine; default: this one. */
  readonly host?: string;
}

export interface BorgPlace extends Common, Secret {
  readonly kind: 'borg';
  readonly repository: string;
  /** Only archives with names like this one: `web-*`. */
  readonly archives?: string;
}

export interface GitPlace extends Common {
  readonly kind: 'git';
  /** Missing: the one that the file is in, when it belongs to this user. */
  readonly worktree?: string;
}

export interface CommandPlace extends Common {
  readonly kind: 'command';
  readonly argv: readonly string[];
}

export type BackupPlace = FoldersPlace | ResticPlace | BorgPlace | GitPlace | CommandPlace;

/** Says which key of a place is wrong, so that its line can be named. */
export class InvalidPlace extends Error {
  /** @param why  what is wrong with the key, without its name: `is missing` */
  constructor(
    readonly key: string,
    readonly why: string,
  ) {
    super(`\`${key}\` ${why}`);
    this.name = 'InvalidPlace';
  }
}

type Fields = Readonly<Record<string, unknown>>;

interface ToolSpec {
  readonly keys: readonly string[];
  readonly make: (fields: Fields, common: Omit<Common, 'tool'>) => BackupPlace;
}

const EVERYWHERE = ['tool', 'below', 'link'];
const SECRET_KEYS = ['passwordFile', 'passwordEnv'];

const TOOLS: Readonly<Record<ToolName, ToolSpec>> = {
  folders: {
    keys: ['path', 'time'],
    make: (fields, common) => folders('folders', { ...common, time: timeOf(fields) }, [templateOf(fields)]),
  },
  btrbk: {
    keys: ['path'],
    make: (fields, common) => folders('btrbk', common, [templateOf(fields)]),
  },
  snapper: {
    keys: [],
    make: (_fields, common) => folders('snapper', common, [`${inside(common.below)}.snapshots/*/snapshot`]),
  },
  zfs: {
    keys: [],
    make: (_fields, common) => folders('zfs', { ...common, time: 'zfs' }, [`${inside(common.below)}.zfs/snapshot/*`]),
  },
  rsnapshot: {
    keys: ['path'],
    make: (fields, common) =>
      folders('rsnapshot', { ...common, time: 'mtime' }, [`${inside(pathOf(fields, 'path'))}*.*/localhost`]),
  },
  timeshift: {
    keys: ['path'],
    make: (fields, common) => timeshift(inside(pathOf(fields, 'path')), common),
  },
  restic: {
    keys: ['repository', 'repositoryFile', 'host', ...SECRET_KEYS],
    make: (fields, common) => ({ ...common, ...restic(fields), tool: 'restic', kind: 'restic' }),
  },
  borg: {
    keys: ['repository', 'archives', ...SECRET_KEYS],
    make: (fields, common) => ({
      ...common,
      ...secretOf(fields),
      tool: 'borg',
      kind: 'borg',
      repository: repositoryOf(fields),
      ...optionalText(fields, 'archives'),
    }),
  },
  git: {
    keys: ['path'],
    make: (fields, common) => git(fields, common),
  },
  command: {
    keys: ['argv'],
    make: (fields, common) => ({ ...common, tool: 'command', kind: 'command', argv: argvOf(fields) }),
  },
};

/** Of any tool. */
export const PLACE_KEYS: readonly string[] = [
  ...new Set([...EVERYWHERE, ...Object.values(TOOLS).flatMap(({ keys }) => keys)]),
];

const TIME_WAYS: readonly string[] = ['auto', 'name', 'mtime', 'subvolume'];

/** @param value  one table of the configuration. @throws InvalidPlace */
export function parseBackupPlace(value: unknown): BackupPlace {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidPlace('backup', 'is a table: tool = "restic", …');
  const fields = value as Fields;
  const name = textOf(fields, 'tool');
  if (!Object.hasOwn(TOOLS, name))
    throw new InvalidPlace('tool', `is ${JSON.stringify(name)}, expected one of ${BACKUP_TOOLS.join(', ')}`);
  const spec = TOOLS[name as ToolName];
  requireKnown(fields, name, [...EVERYWHERE, ...spec.keys]);
  const below = fields.below === undefined ? '/' : pathOf(fields, 'below');
  return spec.make(fields, { below, ...linkOf(fields) });
}

function requireKnown(fields: Fields, tool: string, known: readonly string[]): void {
  const wrong = Object.keys(fields).find((key) => !known.includes(key));
  if (wrong === undefined) return;
  throw new InvalidPlace(wrong, `is no key of tool "${tool}"; it has ${known.join(', ')}`);
}

function folders(
  tool: ToolName,
  { time = 'auto', ...common }: Omit<Common, 'tool'> & { readonly time?: TimeWay },
  templates: readonly string[],
): FoldersPlace {
  const { below } = common;
  return { ...common, tool, kind: 'folders', time, views: templates.map((template) => ({ template, below })) };
}

/** Copies by rsync are in `localhost`, snapshots by btrfs in `@` and `@home`. */
function timeshift(path: string, common: Omit<Common, 'tool'>): FoldersPlace {
  const views = [
    { template: `${path}*/localhost`, below: '/' },
    { template: `${path}*/@home`, below: '/home' },
    { template: `${path}*/@`, below: '/' },
  ];
  return { ...common, tool: 'timeshift', kind: 'folders', time: 'auto', views };
}

function restic(fields: Fields): Omit<ResticPlace, keyof Common | 'kind'> {
  const repository =
    fields.repositoryFile === undefined
      ? { repository: repositoryOf(fields) }
      : { repositoryFile: pathOf(fields, 'repositoryFile') };
  return { ...secretOf(fields), ...repository, ...optionalText(fields, 'host') };
}

function git(fields: Fields, common: Omit<Common, 'tool'>): GitPlace {
  const worktree = fields.path === undefined ? undefined : pathOf(fields, 'path');
  const below = fields.below === undefined ? (worktree ?? '/') : common.below;
  return { ...common, tool: 'git', kind: 'git', below, ...(worktree !== undefined && { worktree }) };
}

function secretOf(fields: Fields): Secret {
  if (fields.passwordFile !== undefined) return { passwordFile: pathOf(fields, 'passwordFile') };
  if (fields.passwordEnv === undefined) return {};
  const passwordEnv = textOf(fields, 'passwordEnv');
  if (!/^[A-Za-z_]\w*$/.test(passwordEnv))
    throw new InvalidPlace('passwordEnv', 'is the name of an environment variable');
  return { passwordEnv };
}

/** Its user can be told, a password cannot: it would be seen by everybody who lists processes. */
function repositoryOf(fields: Fields): string {
  const repository = textOf(fields, 'repository');
  if (/:\/\/[^/@]*:[^/@]*@/.test(repository))
    throw new InvalidPlace(
      'repository',
      'has a password in it: write it into a file, and name that with `repositoryFile` (restic)',
    );
  return expandHome(repository);
}

function templateOf(fields: Fields): string {
  const template = pathOf(fields, 'path');
  if (!/[*?%]/.test(template))
    throw new InvalidPlace('path', 'names all snapshots: write * or a date (%Y-%m-%d) where they differ');
  return template;
}

function timeOf(fields: Fields): TimeWay {
  if (fields.time === undefined) return 'auto';
  const way = textOf(fields, 'time');
  if (!TIME_WAYS.includes(way))
    throw new InvalidPlace('time', `is ${JSON.stringify(way)}, expected one of ${TIME_WAYS.join(', ')}`);
  return way as TimeWay;
}

function linkOf(fields: Fields): { link?: string } {
  const link = optionalText(fields, 'link');
  if (link.link !== undefined && !/^https?:\/\/[^/]/.test(link.link))
    throw new InvalidPlace('link', 'is an address that begins with https:// or http://');
  return link;
}

function argvOf(fields: Fields): readonly string[] {
  const { argv } = fields;
  if (!Array.isArray(argv) || argv.length === 0 || !argv.every((arg) => typeof arg === 'string' && !arg.includes('\0')))
    throw new InvalidPlace('argv', 'is a list of strings: the program, then its arguments');
  if (!isAbsolute(argv[0])) throw new InvalidPlace('argv', 'names the program by its whole path');
  return argv;
}

function pathOf(fields: Fields, key: string): string {
  const path = expandHome(textOf(fields, key));
  if (!isAbsolute(path)) throw new InvalidPlace(key, 'is not a whole path: it begins with / or ~/');
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}

function inside(folder: string): string {
  return folder === '/' ? folder : `${folder}/`;
}

function textOf(fields: Fields, key: string): string {
  const value = fields[key];
  if (value === undefined) throw new InvalidPlace(key, 'is missing');
  if (typeof value !== 'string' || value === '' || value.includes('\0'))
    throw new InvalidPlace(key, `is ${JSON.stringify(value)}, expected a string`);
  return value;
}

function optionalText<Key extends string>(fields: Fields, key: Key): { [K in Key]?: string } {
  return (fields[key] === undefined ? {} : { [key]: textOf(fields, key) }) as { [K in Key]?: string };
}
