/** Queries over every operator and field. */
import type { Asked, Place } from './asked.js';
import { NOW, type OracleFile, WORDS } from './corpus.js';
import type { Random } from './random.js';

/** The last word may be half typed: in a text these are beginnings of others. */
const HALF_TYPED = ['cloud', 'piano'];
const BEGINNINGS = ['map', 'mapl', 'riv', 'river', 'cloud', 'clou', 'pian', 'har', 'lan', 've', 's', 'wi'];
const PLACES: readonly Place[] = ['name', 'path', 'title'];

const at = (year: number, month = 1, day = 1) => new Date(year, month - 1, day).getTime();
const ago = (days: number) => NOW.getTime() - days * 86_400_000;

/** Dates as people type them, and what they mean on the day of the corpus. */
const DATES: readonly (readonly [text: string, from: number, to: number])[] = [
  ['today', at(2024, 5, 15), at(2024, 5, 16)],
  ['yesterday', at(2024, 5, 14), at(2024, 5, 15)],
  ['"last week"', at(2024, 5, 6), at(2024, 5, 13)],
  ['this-month', at(2024, 5), at(2024, 6)],
  ['last month', at(2024, 4), at(2024, 5)],
  ['april', at(2024, 4), at(2024, 5)],
  ['2w', ago(14), Infinity],
  ['>30d', -Infinity, ago(30)],
  ['<=2023', -Infinity, at(2024)],
  ['2024-03..2024-05', at(2024, 3), at(2024, 6)],
  ['..2023-06', -Infinity, at(2023, 7)],
  ['2022..', at(2022), Infinity],
  ['2024', at(2024), at(2025)],
  ['monday', at(2024, 5, 13), at(2024, 5, 14)],
];
const SIZES: readonly (readonly [text: string, holds: (size: number) => boolean])[] = [
  ['>40', (size) => size > 40],
  ['<=20b', (size) => size <= 20],
  ['30..60', (size) => size >= 30 && size <= 60],
  ['=0', (size) => size === 0],
  ['empty', (size) => size === 0],
  ['.05k', (size) => size >= 51],
  ['25', (size) => size >= 25],
  ['<0.05k', (size) => size < 51],
  ['<10|>70', (size) => size < 10 || size > 70],
];
const ending =
  (...endings: string[]) =>
  (file: OracleFile) =>
    endings.some((one) => file.name.endsWith(`.${one}`));
const mime =
  (...types: string[]) =>
  (file: OracleFile) =>
    types.some((one) => file.type.startsWith(one));
const TYPES: readonly (readonly [text: string, holds: (file: OracleFile) => boolean])[] = [
  ['ext:md', ending('md')],
  ['ext:.MD,txt', ending('md', 'txt')],
  ['ext:c|png', ending('c', 'png')],
  ['ext:(pdf OR html)', ending('pdf', 'html')],
  ['type:image', mime('image/')],
  ['kind:pdf|html', mime('application/pdf', 'text/html')],
  ['type:text/html', mime('text/html')],
  ['kind:text', mime('text/plain', 'text/markdown')],
  ['type:code', ending('c')],
];
const below =
  (...folders: string[]) =>
  (file: OracleFile) =>
    folders.some((folder) => `${file.folders.join('/')}/`.startsWith(folder === '' ? '' : `${folder}/`));
const FOLDERS: readonly (readonly [text: string, holds: (file: OracleFile) => boolean])[] = [
  ['in:.', below('')],
  ['in:./home', below('home')],
  ['in:./work/river/', below('work/river')],
  ['path:./work', below('work')],
  ['in:"./old stuff"', below('old stuff')],
  ['in:./home|./work/river', below('home', 'work/river')],
  ['in:./wor', below('wor')],
];
const lower = (name: string) => [name.toLowerCase(), name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()];
const like = (pattern: RegExp) => (file: OracleFile) => lower(file.name).some((name) => pattern.test(name));
const NAMES: readonly (readonly [text: string, holds: (file: OracleFile) => boolean])[] = [
  ['*ple*', like(/ple/)],
  ['*ver', like(/ver(?![a-z0-9])/)],
  ['ma*le', like(/(?<![a-z0-9])ma.*le(?![a-z0-9])/)],
  ['m?ple', like(/(?<![a-z0-9])m[a-z0-9]ple(?![a-z0-9])/)],
  ['*.md', like(/\.md(?![a-z0-9])/)],
  ['name:*loud*', like(/loud/)],
  ['name:*or|*er', like(/(?:or|er)(?![a-z0-9])/)],
  ['*et-*', like(/et-/)],
];
const AUTHORS: readonly (readonly [text: string, holds: (author: string) => boolean])[] = [
  ['ann', (author) => author.includes('Ann')],
  ['"ann bee"', (author) => author === 'Ann Bee'],
  ['be*', (author) => author.includes('Bee')],
  ['BOB|carla', (author) => author === 'Bob' || author === 'Carla Maple'],
  ['(bob OR ann)', (author) => author === 'Bob' || author.includes('Ann')],
];
/** All are made while the test runs. */
const BIRTHS: readonly (readonly [text: string, holds: () => boolean])[] = [
  ['created:>=2024', () => true],
  ['created:1999|2001', () => false],
];
const PROGRAMS: readonly (readonly [text: string, holds: (program: string) => boolean])[] = [
  ['vim', (program) => program.endsWith('/vim')],
  ['python*', (program) => program.includes('python')],
  ['vim,rsync', (program) => !program.includes('python')],
  ['/usr/bin/rsync|vim', (program) => !program.includes('python')],
];
const USERS: readonly (readonly [text: string, users: readonly number[]])[] = [
  ['0', [0]],
  ['ann', [1000]],
  ['ann,1001', [1000, 1001]],
  ['root|1001', [0, 1001]],
];
export const USER_IDS: Readonly<Record<string, number>> = { root: 0, ann: 1000 };

export class QueryMaker {
  constructor(private readonly random: Random) {}

  /** Says of something that it is wanted. */
  query(): Asked {
    const parts = Array.from({ length: 1 + this.random.below(4) }, () => this.#part(2));
    if (parts.every((part) => !wants(part))) parts.push(this.#word());
    if (this.random.chance(0.15)) parts.push(this.#halfTyped());
    return { kind: 'all', of: parts };
  }

  /** @param depth  of parentheses, at most. */
  #part(depth: number): Asked {
    const kind = this.random.next();
    if (depth > 0 && kind < 0.22) return this.#either(depth);
    if (kind < 0.36) return { kind: 'not', of: this.#operand(depth), sign: this.random.pick(['-', 'NOT ']) };
    return this.#leaf();
  }

  #either(depth: number): Asked {
    const of = Array.from({ length: 2 + this.random.below(2) }, () => this.#operand(depth));
    return { kind: 'either', of, sign: this.random.pick([' OR ', ' | ']) };
  }

  #operand(depth: number): Asked {
    const kind = this.random.next();
    if (depth > 1 && kind < 0.2)
      return { kind: 'all', of: Array.from({ length: 2 + this.random.below(2) }, () => this.#part(depth - 1)) };
    if (depth > 1 && kind < 0.3) return this.#either(depth - 1);
    if (kind < 0.4) return { kind: 'not', of: this.#leaf(), sign: '-' };
    return this.#leaf();
  }

  #leaf(): Asked {
    return this.random.chance(0.55) ? this.#words() : this.#condition();
  }

  #words(): Asked {
    const kind = this.random.next();
    if (kind < 0.2) return this.#phrase();
    if (kind < 0.35) return this.#beginning();
    if (kind < 0.5) return this.#near();
    return this.#word();
  }

  #word(): Asked {
    const word = this.random.pick(WORDS);
    const place = this.#place();
    const isBare = !HALF_TYPED.includes(word) && this.random.chance(0.8);
    const typed = this.random.chance(0.2) ? word.toUpperCase() : word;
    return {
      kind: 'words',
      words: [word],
      isBeginning: false,
      place,
      text: prefix(place) + (isBare ? typed : `"${typed}"`),
    };
  }

  #halfTyped(): Asked {
    const word = this.random.pick(HALF_TYPED);
    return { kind: 'words', words: [word], isBeginning: true, place: 'any', text: word };
  }

  #phrase(): Asked {
    const words = [this.random.pick(WORDS), this.random.pick(WORDS)];
    const place = this.#place();
    return { kind: 'words', words, isBeginning: false, place, text: `${prefix(place)}"${words.join(' ')}"` };
  }

  #beginning(): Asked {
    const beginning = this.random.pick(BEGINNINGS);
    const place = this.#place();
    return { kind: 'words', words: [beginning], isBeginning: true, place, text: `${prefix(place)}${beginning}*` };
  }

  #near(): Asked {
    const one = this.random.pick(WORDS);
    const other = this.random.pick(WORDS.filter((word) => word.replace(/s$/, '') !== one.replace(/s$/, '')));
    const between = this.random.below(5);
    const text = this.random.pick([`${one} NEAR/${between} ${other}`, `"${one} ${other}"~${between}`]);
    return { kind: 'near', words: [one, other], between, text };
  }

  #place(): Place {
    return this.random.chance(0.35) ? this.random.pick(PLACES) : 'any';
  }

  #condition(): Asked {
    const { random } = this;
    switch (random.below(10)) {
      case 0:
        return is(random.pick(TYPES), 'type');
      case 1:
        return is(random.pick(FOLDERS), 'folder');
      case 2:
        return is(random.pick(NAMES));
      case 3: {
        const [text, holds] = random.pick(SIZES);
        return is([`size:${text}`, ({ size }) => holds(size)]);
      }
      case 4:
        return this.#date('modified', ({ modified }) => modified);
      case 5:
        return this.#date('written', ({ written }) => written);
      case 6:
        return this.#date('changed', ({ lastChange }) => lastChange?.at);
      case 7:
        return is(random.pick(BIRTHS));
      case 8: {
        const [text, holds] = random.pick(AUTHORS);
        const [tag, other] = ['river', 'todo'];
        if (random.chance(0.3))
          return is([`tag:${tag}|${other}`, ({ tags }) => tags.includes(tag) || tags.includes(other)]);
        return is([`author:${text}`, ({ authors }) => authors.some(holds)]);
      }
      default: {
        const [text, users] = random.pick(USERS);
        const [program, holds] = random.pick(PROGRAMS);
        if (random.chance(0.5)) return is([`by:${text}`, ({ lastChange }) => users.includes(lastChange?.user ?? -1)]);
        return is([`with:${program}`, ({ lastChange }) => lastChange !== undefined && holds(lastChange.program)]);
      }
    }
  }

  #date(field: string, of: (file: OracleFile) => Date | undefined): Asked {
    const [text, from, to] = this.random.pick(DATES);
    return is([
      `${field}:${text}`,
      (file) => {
        const time = of(file)?.getTime();
        return time !== undefined && time >= from && time < to;
      },
    ]);
  }
}

function is([text, holds]: readonly [string, (file: OracleFile) => boolean], group?: 'type' | 'folder'): Asked {
  return group ? { kind: 'is', group, holds, text } : { kind: 'is', holds, text };
}

function prefix(place: Place): string {
  return place === 'any' ? '' : `${place}:`;
}

function wants(asked: Asked): boolean {
  if (asked.kind === 'all' || asked.kind === 'either') return asked.of.some(wants);
  return asked.kind !== 'not';
}
