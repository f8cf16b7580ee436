/** What find-textd understands, for its manual page and completions: from the declarations that `--help` is made from. */
import type { Argument, Command, Option } from 'commander';
import {
  ANYTHING,
  type Manual,
  type ManualArgument,
  type ManualCommand,
  type ManualOption,
  type ManualSection,
  type Value,
} from '../shared/manual/manual.js';
import { program } from './command-line.js';
import { PRESETS } from './commands/baseline/make.js';

/** By the name of an argument, or of an option's value. */
const KINDS: Readonly<Record<string, Value>> = {
  DIR: { kind: 'folder' },
  PATH: { kind: 'file' },
  FILE: { kind: 'file' },
  file: { kind: 'file' },
  COMMAND: { kind: 'program' },
  preset: { kind: 'words', words: PRESETS },
  user: { kind: 'user' },
  name: { kind: 'user' },
};

const HELP: ManualOption = { short: 'h', long: 'help', help: 'print what there is; behind a command, of that command' };

const ENDING: readonly ManualSection[] = [
  {
    title: 'EXIT STATUS',
    entries: [
      ['0', 'done'],
      ['2', 'error; the message says what to do'],
      'Where another status says something, the command says which.',
    ],
  },
  {
    title: 'SIGNALS',
    entries: [
      ['SIGTERM, SIGINT', 'what is running is finished; exit status 0'],
      [
        'SIGHUP',
        'the configuration is read again, and the index opened anew; a configuration that is wrong changes nothing',
      ],
    ],
  },
  {
    title: 'FILES',
    entries: [
      ['~/.config/find-text/config.toml', 'the configuration, see `find-text-config`(5); XDG_CONFIG_HOME moves it'],
      ['~/.local/share/find-text/', 'the index; XDG_DATA_HOME moves it'],
      ['/etc/find-text/audit.json', 'which folders the plugin of auditd watches, by `audit install`'],
    ],
  },
  { title: 'SEE ALSO', entries: ['`find-text`(1), `find-text-config`(5), auditd(8)'] },
];

export const DAEMON_MANUAL: Manual = {
  name: program.name(),
  purpose: 'keep the index that find-text searches',
  synopsis: ['find-textd COMMAND [OPTION...] [ARGUMENT...]'],
  description: [
    'Indexes folders, and keeps the index current: changes are seen through inotify, or through the audit stream of the kernel. It runs as the user whose files they are; only `audit install` and `audit uninstall` need root.',
  ],
  options: [...program.options.map(toOption), HELP],
  arguments: [],
  commands: program.commands.flatMap((command) => commandsOf(command, [])),
  fields: [],
  sections: ENDING,
};

function commandsOf(command: Command, above: readonly string[]): ManualCommand[] {
  const words = [...above, command.name()];
  const own = {
    words,
    help: command.description(),
    options: command.options.map(toOption),
    arguments: command.registeredArguments.map(toArgument),
  };
  return [own, ...command.commands.flatMap((each) => commandsOf(each, words))];
}

function toOption({ short, long, flags, description, argChoices, required, optional }: Option): ManualOption {
  const value = required || optional ? /[<[](.+)[>\]]/.exec(flags)?.[1] : undefined;
  return {
    short: short?.slice(1),
    long: (long as string).slice(2),
    ...(value !== undefined && { value: value.toUpperCase(), takes: toValue(value, argChoices) }),
    help: description,
  };
}

function toArgument(argument: Argument): ManualArgument {
  const { required, variadic, description } = argument;
  const name = `${argument.name()}${variadic ? '...' : ''}`;
  return {
    name: required ? name : `[${name}]`,
    takes: toValue(argument.name(), argument.argChoices),
    help: description,
  };
}

function toValue(name: string, choices: readonly string[] | undefined): Value {
  return choices ? { kind: 'words', words: choices } : (KINDS[name] ?? ANYTHING);
}
