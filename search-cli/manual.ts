/** What find-text understands, for its manual page and completions: from the tables that `--help` is made from. */
import { ANYTHING, type Manual, type ManualOption, type ManualSection, type Value } from '../shared/manual/manual.js';
import { FIELDS, type FieldSpec } from '../shared/search/fields.js';
import { KIND_NAMES } from '../shared/search/parse-filter.js';
import { ORDER_NAMES } from '../shared/search/parse-item.js';
import { type FlagDefinition, OPTIONS_OF_SEARCH } from './flags.js';

const DATES = ['today', 'yesterday', '12h', '7d', '2w', '3m', '1y'];

const FORMS: ManualSection = {
  title: 'QUERIES',
  entries: [
    'What stands side by side must all hold. Case, accents and word endings do not matter. The last word counts as the beginning of a longer one, too.',
    ['free software', 'both words, in any order, in text, title, name or folder'],
    ['"free software"', 'the phrase; in a shell in quotes of its own'],
    ['report -draft', 'without that word; NOT does the same, also before a phrase, a field or a parenthesis'],
    ['cat OR dog', 'either; also cat | dog'],
    ['invoice (acme OR ext:html)', 'parentheses, as you like'],
    ['wait NEAR/3 queue', 'at most three words between them'],
    ['config*', 'words that begin so; *port* and in*fix look for parts of names'],
    [
      'files/kernel.c:1',
      'what is pasted: a path, a line of a stack trace, a message; the file it points to comes first',
    ],
    'What is not understood as a field or an operator is searched as words, and a line on standard error says so.',
  ],
};

const ENDING: readonly ManualSection[] = [
  {
    title: 'EXIT STATUS',
    entries: [
      ['0', 'found'],
      ['1', 'nothing found'],
      ['2', 'error; the message says what to do'],
      ['130', '--interactive was ended by Ctrl-C'],
    ],
  },
  {
    title: 'ENVIRONMENT',
    entries: [
      ['XDG_DATA_HOME', 'the index is in find-text/ below it; default `~/.local/share`'],
      ['NO_COLOR', 'no colour and no links on a terminal'],
      ['VISUAL, EDITOR', 'what --open uses without a desktop'],
    ],
  },
  { title: 'SEE ALSO', entries: ['`find-textd`(1), `find-text-config`(5)'] },
];

export const SEARCH_MANUAL: Manual = {
  name: 'find-text',
  purpose: 'search the text of files',
  synopsis: ['find-text [OPTION...] QUERY...', 'find-text -i [QUERY...]', 'find-text --watch QUERY...'],
  description: [
    'Finds files by their text, title, name and folder in the index that `find-textd`(1) keeps. It needs no daemon: without one the index is as old as the last one left it, and a line on standard error says so.',
    'What begins with a minus and is no option is a part of the query: letter -draft, -in:~/old. Behind -- nothing is an option.',
  ],
  options: OPTIONS_OF_SEARCH.map(toOption),
  arguments: [{ name: 'QUERY...', takes: { kind: 'file' }, help: 'what to look for' }],
  commands: [],
  fields: Object.entries(FIELDS).map(([name, spec]) => ({
    name,
    takes: takenBy(spec),
    help: `${spec.help ?? 'another name of `type:`'}${spec.also ? `; also ${spec.also.join(', ')}` : ''}`,
    example: spec.example ?? `${name}:`,
  })),
  sections: [FORMS, ...ENDING],
};

function toOption({ short, long, value, choices, help }: FlagDefinition): ManualOption {
  const takes: Value = choices ? { kind: 'words', words: choices } : ANYTHING;
  return { short, long, value, help, ...(value !== undefined && { takes }) };
}

function takenBy({ takes }: FieldSpec): Value {
  switch (takes) {
    case 'folder':
      return { kind: 'folder' };
    case 'kinds':
      return { kind: 'words', words: KIND_NAMES };
    case 'order':
      return { kind: 'words', words: ORDER_NAMES.flatMap((name) => [name, `-${name}`]) };
    case 'date':
      return { kind: 'words', words: DATES };
    case 'users':
      return { kind: 'user' };
    case 'programs':
      return { kind: 'program' };
    default:
      return ANYTHING;
  }
}
