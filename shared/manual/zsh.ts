/** A manual → completions for zsh, by its own completion system. Pure. */
import { type Manual, type ManualCommand, type ManualOption, optionNames, shellQuoted, type Value } from './manual.js';

export function zshCompletion(manual: Manual): string {
  const own = `_${manual.name.replaceAll('-', '_')}`;
  const top: ManualCommand = { words: [], help: '', options: manual.options, arguments: manual.arguments };
  const functions = [
    ...(manual.fields.length > 0 ? [queryFunction(own, manual)] : []),
    ...groupsOf(manual).map((group) => groupFunction(own, group, manual)),
    ...manual.commands.filter((each) => !isGroup(manual, each.words)).map((each) => leafFunction(own, each)),
    ...(manual.commands.length > 0 ? [] : [leafFunction(own, top, manual.fields.length > 0)]),
  ];
  return `#compdef ${manual.name}\n${functions.join('\n')}\n${own} "$@"\n`;
}

/** Words that have commands behind them, beginning with none: the program itself. */
function groupsOf({ commands }: Manual): string[][] {
  const groups = new Set(commands.map(({ words }) => words.slice(0, -1).join(' ')));
  return [...groups].map((group) => group.split(' ').filter(Boolean));
}

function isGroup(manual: Manual, words: readonly string[]): boolean {
  return groupsOf(manual).some((group) => group.join(' ') === words.join(' '));
}

function functionName(own: string, words: readonly string[]): string {
  return [own, ...words].join('__');
}

function groupFunction(own: string, group: readonly string[], manual: Manual): string {
  const below = manual.commands.filter(({ words }) => words.slice(0, -1).join(' ') === group.join(' '));
  const rows = below.map(({ words, help }) => `    ${shellQuoted(`${words.at(-1)}:${help}`)}`);
  const cases = below.map(({ words }) => `        ${words.at(-1)}) ${functionName(own, words)} ;;`);
  const options = group.length > 0 ? [] : manual.options;
  return `${functionName(own, group)}() {
  local curcontext=$curcontext state line
  local -a commands=(
${rows.join('\n')}
  )
  _arguments -C ${[...options.map(optionSpec), "'1: :->command'", "'*:: :->rest'"].join(' ')}
  case $state in
    command) _describe -t commands command commands ;;
    rest)
      case $line[1] in
${cases.join('\n')}
      esac ;;
  esac
}`;
}

function leafFunction(own: string, { words, options, arguments: args }: ManualCommand, hasQuery = false): string {
  const places = hasQuery ? [`'*:query:${own}_query'`] : args.map((arg, at) => argumentSpec(arg, at + 1));
  const specs = [...options.map(optionSpec), ...places];
  return `${functionName(own, words)}() {\n  _arguments -s ${specs.join(' ')}\n}`;
}

function argumentSpec({ name, takes }: ManualCommand['arguments'][number], place: number): string {
  const isMany = name.includes('...');
  const label = name.replace(/[^A-Za-z]/g, '');
  return shellQuoted(
    `${isMany ? '*' : `${place}`}:${name.startsWith('[') && !isMany ? ':' : ''}${label}:${actionOf(takes)}`,
  );
}

function optionSpec(option: ManualOption): string {
  const names = optionNames(option);
  const what = `[${option.help.replace(/[[\]\\]/g, '\\$&')}]`;
  const value =
    option.value === undefined ? '' : `:${option.value.replace(/[^A-Za-z]/g, '')}:${actionOf(option.takes)}`;
  const marked = names.map((name) => (value === '' ? name : name.startsWith('--') ? `${name}=` : `${name}+`));
  const rest = shellQuoted(what + value);
  if (marked.length === 1) return shellQuoted(`${marked[0]}${what}${value}`);
  return `'(${names.join(' ')})'{${marked.join(',')}}${rest}`;
}

/** What zsh does to complete a value. */
function actionOf(takes: Value | undefined): string {
  switch (takes?.kind) {
    case 'words':
      return `(${takes.words.join(' ')})`;
    case 'folder':
      return '_files -/';
    case 'file':
      return '_files';
    case 'user':
      return '_users';
    case 'program':
      return '_command_names -e';
    default:
      return ' ';
  }
}

function queryFunction(own: string, { fields }: Manual): string {
  const rows = fields.map(({ name, help }) => `    ${shellQuoted(`${name}:${help}`)}`);
  const cases = fields
    .filter(({ takes }) => takes.kind !== 'anything')
    .map(
      ({ name, takes }) =>
        `      ${name}) ${takes.kind === 'words' ? `compadd -- ${takes.words.join(' ')}` : actionOf(takes)} ;;`,
    );
  return `${own}_query() {
  local -a fields=(
${rows.join('\n')}
  )
  if [[ $PREFIX == (|-)[a-z]##:* ]]; then
    local field=\${\${PREFIX%%:*}#-}
    compset -P '*:'
    case $field in
${cases.join('\n')}
    esac
  else
    compset -P '-'
    _describe -t fields field fields -S : -q
    _files
  fi
}`;
}
