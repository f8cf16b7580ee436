/** The table of options → the manual page of the configuration file. Pure. */
import { boundsText, OPTIONS, type OptionSpec } from '../config/options.js';
import { type PageHead, pageOf } from './man-page.js';
import type { ManualEntry } from './manual.js';

const EXAMPLE = ['roots = ["~/Documents", "~/src"]', '[ignore]', 'patterns = ["*.iso", "~/Documents/old"]'];

export function configPage(made: Pick<PageHead, 'version' | 'date'>): string {
  const head = { name: 'find-text-config', section: 5, purpose: 'what find-text indexes, and how', ...made };
  return pageOf(head, [
    {
      title: 'DESCRIPTION',
      entries: [
        'A TOML file, `~/.config/find-text/config.toml`, or find-text/config.toml below XDG_CONFIG_HOME. Every line is optional. The names of the options below have the table before the dot. For example:',
        EXAMPLE.join('\n'),
      ],
    },
    { title: 'OPTIONS', entries: Object.entries(OPTIONS).map(optionEntry) },
    {
      title: 'OTHER TABLES',
      entries: [
        ['[[backup]]', 'where backups are: docs/backup.md of the package'],
        ['[[notify]], [[endpoint]]', 'who is told of which change: docs/notify-rules.md of the package'],
      ],
    },
    { title: 'SEE ALSO', entries: ['`find-textd`(1), `find-text`(1)'] },
  ]);
}

function optionEntry([name, spec]: [string, OptionSpec]): ManualEntry {
  return [`${name} = ${JSON.stringify(spec.default)}`, `${spec.help}\n${boundsText(spec)}`];
}
