/** A manual → completions for fish. Pure. */
import type { Manual, ManualArgument, ManualCommand, ManualOption, Value } from './manual.js';

export function fishCompletion(manual: Manual): string {
  const { name, options, commands, fields } = manual;
  const own = `__${name.replaceAll('-', '_')}`;
  const call = `complete -c ${name}`;
  const lines = [
    `${call} -f`,
    ...options.map((option) => `${call}${optionText(option)}`),
    ...(fields.length > 0 ? [`${call} -a '(${own}_query)'`] : []),
    ...groupLines(call, own, manual),
    ...commands.flatMap((command) => commandLines(call, own, command)),
  ];
  const functions = [
    ...(fields.length > 0 ? [queryFunction(own, manual)] : []),
    ...(commands.length > 0 ? [placeFunctions(own)] : []),
  ];
  return `# Completions of ${name} for fish.\n${functions.join('')}${lines.join('\n')}\n`;
}

/** Where a command is expected: those that stand there. */
function groupLines(call: string, own: string, { commands }: Manual): string[] {
  return commands.map(({ words, help }) => {
    const group = words.slice(0, -1).join(' ');
    return `${call} -n ${quoted(`${own}_is ${quoted(group)}`)} -a ${words.at(-1)} -d ${quoted(help)}`;
  });
}

function commandLines(call: string, own: string, { words, options, arguments: args }: ManualCommand): string[] {
  const here = `${call} -n ${quoted(`${own}_in ${quoted(words.join(' '))}`)}`;
  return [...options.map((option) => `${here}${optionText(option)}`), ...argumentLines(here, args)];
}

/** fish says not which of them it is. */
function argumentLines(here: string, args: readonly ManualArgument[]): string[] {
  const texts = args.map(({ takes }) => candidatesOf(takes)).filter((text) => text !== '');
  return [...new Set(texts)].map((text) => `${here}${text}`);
}

function optionText(option: ManualOption): string {
  const short = option.short === undefined ? '' : ` -s ${option.short}`;
  const isFile = option.takes?.kind === 'file';
  const value = option.value === undefined ? '' : `${isFile ? ' -r' : ' -x'}${candidatesOf(option.takes)}`;
  return `${short} -l ${option.long}${value} -d ${quoted(option.help)}`;
}

function candidatesOf(takes: Value | undefined): string {
  switch (takes?.kind) {
    case 'words':
      return ` -a ${quoted(takes.words.join(' '))}`;
    case 'folder':
      return " -a '(__fish_complete_directories)'";
    case 'file':
      return ' -F';
    case 'user':
      return " -a '(__fish_complete_users)'";
    case 'program':
      return " -a '(__fish_complete_command)'";
    default:
      return '';
  }
}

function queryFunction(own: string, { fields }: Manual): string {
  const valued = fields.filter(({ takes }) => takes.kind !== 'anything');
  const cases = valued.map(({ name, takes }) => `    case ${name}\n      ${valuesOf(takes)}`);
  const rows = fields.map(({ name, help }) => `  printf '%s\\t%s\\n' "$sign"${name}: ${quoted(help)}`);
  return `function ${own}_values
  switch $argv[1]
${cases.join('\n')}
  end
end

function ${own}_query
  set -l word (commandline -ct | string trim -l -c '"\\'')
  set -l sign (string match -r '^-' -- $word)
  if set -l parts (string match -r '^-?([a-z]+):(.*)$' -- $word)
    ${own}_values $parts[2] $parts[3] | string replace -r -- '^' "$sign$parts[2]:"
    return
  end
${rows.join('\n')}
  test -z "$word"; or __fish_complete_path $word
end

`;
}

function valuesOf(takes: Value): string {
  switch (takes.kind) {
    case 'words':
      return `printf '%s\\n' ${takes.words.join(' ')}`;
    case 'folder':
      return '__fish_complete_directories $argv[2] ""';
    case 'user':
      return '__fish_complete_users';
    default:
      return 'complete -C "$argv[2]"';
  }
}

function placeFunctions(own: string): string {
  return `function ${own}_words
  string match -v -- '-*' (commandline -opc)[2..]
end

function ${own}_is
  set -l words (${own}_words)
  test "$words" = "$argv"
end

function ${own}_in
  set -l words (${own}_words)
  string match -q -- "$argv *" "$words "
end

`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
