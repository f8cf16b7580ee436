/** A manual → a page in the language of man(7), which man-db, groff and mandoc read. Pure. */
import { filledLines } from '../fill-lines.js';
import {
  type Manual,
  type ManualCommand,
  type ManualEntry,
  type ManualOption,
  type ManualSection,
  optionNames,
} from './manual.js';

export interface PageHead {
  readonly name: string;
  readonly section: number;
  readonly purpose: string;
  readonly version: string;
  /** As `2026-11-29`. */
  readonly date: string;
}

export function manPage(manual: Manual, { version, date }: Pick<PageHead, 'version' | 'date'>): string {
  const { name, purpose, synopsis, description, options, commands, fields, sections } = manual;
  const all = [
    { title: 'SYNOPSIS', entries: synopsis.map(synopsisLine) },
    { title: 'DESCRIPTION', entries: description },
    { title: 'OPTIONS', entries: options.map(optionEntry) },
    { title: 'COMMANDS', entries: commands.map(commandEntry) },
    { title: 'FIELDS', entries: fields.map(({ example, help }): ManualEntry => [example, sentence(help)]) },
    ...sections,
  ];
  return pageOf(
    { name, section: 1, purpose, version, date },
    all.filter(({ entries }) => entries.length > 0),
  );
}

/** Any page. */
export function pageOf(
  { name, section, purpose, version, date }: PageHead,
  sections: readonly ManualSection[],
): string {
  const title = `.TH "${name.toUpperCase()}" "${section}" "${date}" "find\\-text ${version}"`;
  const body = sections.map(({ title: text, entries }) => `.SH ${text}\n${sectionText(entries)}`);
  return `${title}\n.SH NAME\n${roff(name)} \\- ${roff(purpose)}\n${body.join('')}`;
}

/** No paragraph begins where a section begins. */
function sectionText(entries: readonly ManualEntry[]): string {
  return entries
    .map(entryText)
    .join('')
    .replace(/^\.PP\n/, '');
}

/** `find-text [OPTION...] QUERY...` */
function synopsisLine(line: string): string {
  return line.replace(/^\S+/, '`$&`');
}

function optionEntry(option: ManualOption): ManualEntry {
  const value = option.value === undefined ? '' : ` ${option.value}`;
  return [`${optionNames(option).join(', ')}${value}`, sentence(`${option.help}${choicesText(option)}`)];
}

function choicesText({ takes, help }: ManualOption): string {
  if (takes?.kind !== 'words' || takes.words.every((word) => help.includes(word))) return '';
  return `: ${takes.words.join(', ')}`;
}

function commandEntry({ words, help, options, arguments: args }: ManualCommand): ManualEntry {
  const call = [...words, ...args.map(({ name }) => name)].join(' ');
  const rows = [
    ...args.map(({ name, help: meaning }) => `\`${name}\`: ${meaning}`),
    ...options.map(optionEntry).map(([names, meaning]) => `\`${names}\`: ${meaning}`),
  ];
  return [call, [help, ...rows].map(sentence).join('\n')];
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.:!?]$/.test(whole) ? whole : `${whole}.`;
}

function entryText(entry: ManualEntry): string {
  if (typeof entry === 'string') return `.PP\n${linesOf(entry)}\n`;
  const [term, meaning] = entry;
  return `.TP\n\\fB${roff(term)}\\fR\n${linesOf(meaning)}\n`;
}

/** `text` in back quotes is bold; what roff would understand is text. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll("'", '\\(aq')
    .replace(
      /[^\0-\x7f]/g,
      (letter) => `\\[u${(letter.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}]`,
    )
    .replace(/`([^`]*)`/g, '\\fB$1\\fR');
}

/** What a reader of the source has on a line. */
const WIDTH = 78;

function linesOf(text: string): string {
  return text
    .split('\n')
    .map((line) => filledLines(roff(line), WIDTH).map(withoutRequest).join('\n'))
    .join('\n.br\n');
}

/** A dot at the beginning would be a request. */
function withoutRequest(line: string): string {
  return line.replace(/^\./, '\\&.');
}
