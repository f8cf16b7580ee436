/** A made tree of files of which everything is known: what queries are judged by, without any code of the search. */
import { Events } from '../../../shared/store/events.js';
import { SampleIndex } from '../sample-index.js';
import type { Random } from './random.js';

export interface OracleFile {
  /** Below the tree, without the name. */
  readonly folders: readonly string[];
  /** The folders that the tree is in: their names are words of its path, too. */
  readonly above?: readonly string[];
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly type: string;
  readonly size: number;
  readonly modified: Date;
  readonly authors: readonly string[];
  readonly tags: readonly string[];
  readonly written: Date | undefined;
  readonly lastChange: { readonly at: Date; readonly user: number; readonly program: string } | undefined;
}

/** A Wednesday. */
export const NOW = new Date(2024, 4, 15, 12);

/** None is the beginning of another but where it says so, none is changed by the stemmer but the plurals. */
export const WORDS =
  'maple river cloud rocket piano velvet lemon forest window sugar harbor lantern cloudburst pianoforte maples rivers'.split(
    ' ',
  );
const FOLDERS = [
  [],
  ['home'],
  ['home', 'maple-docs'],
  ['work'],
  ['work', 'river'],
  ['work', 'river', 'deep'],
  ['old stuff'],
];
const TYPES = [
  ['text/plain', 'txt'],
  ['text/markdown', 'md'],
  ['text/html', 'html'],
  ['text/x-c', 'c'],
  ['image/png', 'png'],
  ['application/pdf', 'pdf'],
] as const;
const DAYS_AGO = [0, 1, 3, 8, 13, 20, 40, 75, 130, 300, 400, 800];
const AUTHORS = ['Ann Bee', 'Bob', 'Bee Ann', 'Carla Maple'];
const TAGS = ['work', 'river', 'todo'];
const PROGRAMS = ['/usr/bin/vim', '/usr/bin/python3.12', '/usr/bin/rsync'];
const USERS = [0, 1000, 1001];

export function makeFiles(random: Random, count: number): OracleFile[] {
  const names = new Set<string>();
  return Array.from({ length: count }, () => makeFile(random)).filter(({ folders, name }) => {
    const path = [...folders, name].join('/');
    return names.size < names.add(path).size;
  });
}

function makeFile(random: Random): OracleFile {
  const words = (most: number) => Array.from({ length: random.below(most + 1) }, () => random.pick(WORDS));
  const [type, ending] = random.pick(TYPES);
  const [first, second = 'x'] = [random.pick(WORDS), ...words(1)];
  const text = random.chance(0.1) ? '' : words(14).join(random.chance(0.3) ? ', ' : ' ');
  return {
    folders: random.pick(FOLDERS),
    name: `${random.pick([`${first}-${second}`, `${first}_${random.below(90)}`, upper(first) + upper(second)])}.${ending}`,
    title: random.chance(0.4) ? words(3).join(' ') : '',
    text,
    type,
    size: text.length,
    modified: new Date(NOW.getTime() - random.pick(DAYS_AGO) * 86_400_000 - 3_600_000),
    authors: random.chance(0.3) ? [random.pick(AUTHORS)] : [],
    tags: random.chance(0.3) ? [random.pick(TAGS)] : [],
    written: random.chance(0.3) ? new Date(random.pick([2020, 2022, 2024]), random.below(4), 5) : undefined,
    lastChange: random.chance(0.4)
      ? {
          at: new Date(NOW.getTime() - random.pick([0, 1, 9, 40]) * 86_400_000 - 60_000),
          user: random.pick(USERS),
          program: random.pick(PROGRAMS),
        }
      : undefined,
  };
}

function upper(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export function pathIn(index: SampleIndex, { folders, name }: OracleFile): string {
  return index.path([...folders, name].join('/'));
}

/** Writes them, and tells who changed them. */
export function writeFiles(files: readonly OracleFile[]): SampleIndex {
  const index = new SampleIndex();
  const events = new Events(index.db, { maxBytes: 1 << 22, keepMs: 1e13 });
  for (const file of files) {
    const path = [...file.folders, file.name].join('/');
    const properties = [
      ...file.authors.map((value) => ({ field: 'author', value, words: value.toLowerCase().split(' ') })),
      ...file.tags.map((value) => ({ field: 'tag', value, words: [value] })),
      ...(file.written ? [{ field: 'written', value: file.written.getTime() }] : []),
    ];
    const { text, title, type, modified } = file;
    index.write(path, { text, title, type, modified, properties });
    if (file.lastChange) tell(events, index.path(path), file.lastChange);
  }
  events.save();
  return index;
}

function tell(events: Events, path: string, { at, user, program }: NonNullable<OracleFile['lastChange']>): void {
  const ids = { auid: user, uid: user, pid: 1, ppid: 1, gid: user, euid: user, session: 1 };
  const actor = { ...ids, exe: program, comm: program.split('/').at(-1) as string };
  events.add({
    event: { atMs: at.getTime(), kind: 'write', path: Buffer.from(path), origin: 'audit', actor },
    paths: [],
  });
}
