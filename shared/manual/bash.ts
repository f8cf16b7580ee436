/** A manual → completions for bash. Needs nothing but bash 4.4: bash-completion loads it, and `source` does too. Pure. */
import { type Manual, type ManualCommand, type ManualOption, optionNames, shellQuoted, type Value } from './manual.js';

export function bashCompletion(manual: Manual): string {
  const { name, commands, fields } = manual;
  const own = `_${name.replaceAll('-', '_')}`;
  const top: ManualCommand = { words: [], help: '', options: manual.options, arguments: manual.arguments };
  const all = [top, ...commands];
  const isCommand = commands.map(({ words }) => shellQuoted(words.length > 1 ? words.join(' ') : ` ${words}`));
  return `# Completions of ${name} for bash.
${own}_value() {
  case $1 in
    words\\ *) mapfile -t COMPREPLY < <(compgen -W "\${1#words }" -- "$2") ;;
    folder) compopt -o filenames -o nospace 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
    file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
    user) mapfile -t COMPREPLY < <(compgen -u -- "$2") ;;
    program) mapfile -t COMPREPLY < <(compgen -c -- "$2" | sort -u) ;;
  esac
}

${own}_option_takes() {
  case $1 in
${all.flatMap(({ words, options }) => options.flatMap((option) => optionCase(words, option))).join('\n')}
    *) return 1 ;;
  esac
}

${own}() {
  local command= subcommands= options= word current value place=0 takes quote= kinds
  local closed="([^[:space:]\\\\\\\\\\"']|\\\\\\\\.|\\"([^\\"\\\\\\\\]|\\\\\\\\.)*\\"|'[^']*')*"
  COMPREPLY=()
  # Bash breaks words at : and =; what is typed is one word here.
  local line="^($closed[[:space:]]+)*($closed([\\"'].*)?)$"
  [[ \${COMP_LINE:0:COMP_POINT} =~ $line ]] || return 0
  current=\${BASH_REMATCH[4]}
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == -* ]]; then
      ${own}_option_takes "$command $word" >/dev/null && ((i++))
      continue
    fi
    case "$command $word" in
${isCommand.length > 0 ? `      ${isCommand.join(' | ')}) command="\${command:+$command }$word" ;;\n` : ''}      *) ((place++)) ;;
    esac
  done
  case $command in
${all.map(commandCase).join('\n')}
${groupCases(commands)}
  esac
  if [[ $current == --*=* ]]; then
    takes=$(${own}_option_takes "$command \${current%%=*}") && ${own}_value "$takes" "\${current#*=}"
    return 0
  fi
  if takes=$(${own}_option_takes "$command \${COMP_WORDS[COMP_CWORD-1]}"); then
    ${own}_value "$takes" "$current"
    return 0
  fi
  if [[ -n $subcommands ]]; then
    ${own}_value "words $subcommands $options" "$current"
    return 0
  fi
${fields.length > 0 ? fieldLines(own, manual) : ''}  if [[ $current == -* ]]; then
    ${own}_value "words $options" "$current"
    return 0
  fi
  ((place < \${#kinds[@]})) || place=$((\${#kinds[@]} - 1))
  ((place < 0)) || ${own}_value "\${kinds[place]}" "\${current//\\\\/}"
}

complete -F ${own} ${name}
`;
}

function optionCase(words: readonly string[], option: ManualOption): string[] {
  if (option.value === undefined) return [];
  const names = optionNames(option).map((each) => shellQuoted(`${words.join(' ')} ${each}`));
  return [`    ${names.join(' | ')}) echo ${shellQuoted(kindOf(option.takes))} ;;`];
}

function commandCase({ words, options, arguments: args }: ManualCommand): string {
  const kinds = args.map(({ takes }) => shellQuoted(kindOf(takes))).join(' ');
  return `    ${shellQuoted(words.join(' '))}) options=${shellQuoted(options.flatMap(optionNames).join(' '))}; kinds=(${kinds}) ;;`;
}

/** What has commands of its own, with none of them typed yet. */
function groupCases(commands: readonly ManualCommand[]): string {
  const groupOf = ({ words }: ManualCommand) => words.slice(0, -1).join(' ');
  const lines = [...new Set(commands.map(groupOf))].map((group) => {
    const below = commands.filter((each) => groupOf(each) === group).map(({ words }) => words.at(-1));
    return `    ${shellQuoted(group)}) subcommands=${shellQuoted(below.join(' '))} ;;`;
  });
  return lines.length > 0 ? `  esac\n  case $command in\n${lines.join('\n')}` : '    *) ;;';
}

function fieldLines(own: string, { fields }: Manual): string {
  const cases = fields.map(({ name, takes }) => `      ${name}) takes=${shellQuoted(kindOf(takes))} ;;`).join('\n');
  const names = fields.map(({ name }) => `${name}:`).join(' ');
  return `  # One in quotes is replaced as a whole, one without from the last colon on.
  if [[ $current == [\\"\\']* ]]; then quote=\${current:0:1}; current=\${current:1}; fi
  if [[ $current =~ ^(-?)([a-z]+):(.*)$ ]]; then
    local sign=\${BASH_REMATCH[1]} field=\${BASH_REMATCH[2]}
    value=\${BASH_REMATCH[3]}
    takes=anything
    case $field in
${cases}
    esac
    [[ -n $quote ]] || { value=\${value#[\\"\\']}; value=\${value//\\\\/}; }
    ${own}_value "$takes" "$value"
    if [[ -n $quote ]]; then COMPREPLY=("\${COMPREPLY[@]/#/$sign$field:}"); fi
    if [[ -n $quote && $takes == folder ]]; then COMPREPLY=("\${COMPREPLY[@]/%//}"); fi
    return 0
  fi
  if [[ $current != --* && $current != */* ]]; then
    local names='${names}'
    [[ $current != -?* ]] || names=\${names//[[:space:]]/ -} names=-$names
    ${own}_value "words $names $options" "$current"
    [[ \${COMPREPLY[0]} != *: ]] || compopt -o nospace 2>/dev/null
    [[ \${#COMPREPLY[@]} == 0 ]] || return 0
  fi
`;
}

function kindOf(takes: Value | undefined): string {
  if (takes === undefined) return 'anything';
  return takes.kind === 'words' ? `words ${takes.words.join(' ')}` : takes.kind;
}
