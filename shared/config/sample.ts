/** The table of options → a configuration file with a comment on each of them. Pure. */
import { filledLines } from '../fill-lines.js';
import { boundsText, OPTIONS, type OptionSpec } from './options.js';

const HEAD = `# The configuration of find-text. Every line is optional. What begins with # is a comment: take the # away from
# a line like \`#queue.settleMs = 20\` to set it. \`find-textd config --check\` says whether the file is understood,
# \`systemctl --user reload find-textd\`, or SIGHUP, makes a running daemon read it again.
`;

const OTHER = `
# The tables below come last, behind all options.

# Where backups are: docs/backup.md
#[[backup]]
#tool = "folders"
#path = "/backup/%Y-%m-%d"

# Who is told of which change: docs/notify-rules.md
#[[notify]]
#name = "keys"
#paths = ["~/.ssh"]
#webhook = "https://hooks.example.org/services/…"
`;

/** @param roots  set; none: as a comment, too. */
export function configSample(roots: readonly string[]): string {
  const options = Object.entries(OPTIONS).map(([name, spec]) => {
    const isSet = name === 'roots' && roots.length > 0;
    const value = JSON.stringify(isSet ? roots : spec.default);
    return `\n${commentOf(spec)}${isSet ? '' : '#'}${name} = ${value}\n`;
  });
  return `${HEAD}${options.join('')}${OTHER}`;
}

const WIDTH = 110;

function commentOf(spec: OptionSpec): string {
  const bounds = spec.kind === 'string' || spec.kind === 'strings' ? '' : ` ${boundsText(spec)}`;
  return filledLines(spec.help + bounds, WIDTH)
    .map((line) => `# ${line}\n`)
    .join('');
}
