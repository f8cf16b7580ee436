/** What exiftool and pdfinfo say of the same files: for each field the values that count as the same. Used by properties.mjs. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const DATES = new Set(['written', 'sent', 'taken']);
/** Field → tags of exiftool. */
const TAGS = {
  title: ['Title', 'XPTitle', 'ObjectName'],
  author: ['Author', 'Creator', 'Initial-creator', 'Artist', 'By-line', 'XPAuthor'],
  written: ['CreateDate', 'CreationDate', 'Date', 'Creation-date', 'Created'],
  taken: ['DateTimeOriginal', 'DateCreated', 'SubSecDateTimeOriginal', 'DateTimeCreated'],
  camera: ['Model'],
  tag: ['Keywords', 'Subject', 'XPKeywords', 'Keyword'],
  language: ['Language'],
  pages: ['PageCount', 'Pages'],
  artist: ['Artist', 'Author', 'Performer'],
  album: ['Album', 'AlbumTitle', 'WM/AlbumTitle'],
  duration: ['Duration', 'PlayDuration'],
};
/** Field → lines of pdfinfo. */
const LINES = { title: 'Title', author: 'Author', written: 'CreationDate', pages: 'Pages', tag: 'Keywords' };

/** @returns by the name of the file, then by field: values as `comparable` makes them, those of one tool each. */
export function readReferences(folder, names) {
  const byExiftool = askExiftool(folder);
  return new Map(
    names.map((name) => [
      name,
      merge(byExiftool.get(name), name.endsWith('.pdf') ? askPdfinfo(join(folder, name)) : {}),
    ]),
  );
}

/** A form in which what different programs say is the same: text without blanks at its ends, lists as one, dates in ms. */
export function comparable(field, value) {
  if (value === undefined) return undefined;
  if (DATES.has(field)) return timeOf(String(value));
  if (field === 'duration' || field === 'pages') return Math.round(Number.parseFloat(value));
  const all = Array.isArray(value) ? value : String(value).split(field === 'tag' ? /[;,]/ : /\0/);
  return all.map((one) => String(one).trim()).join('; ');
}

function merge(one = {}, other) {
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...fields].map((field) => [field, [...(one[field] ?? []), ...(other[field] ?? [])]]));
}

function askExiftool(folder) {
  const tags = [...new Set(['Make', ...Object.values(TAGS).flat()])].map((tag) => `-${tag}`);
  const args = ['-json', '-m', '-struct', '-charset', 'filename=utf8', ...tags, folder];
  const { stdout } = spawnSync('exiftool', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return new Map(
    JSON.parse(stdout || '[]').map(({ SourceFile, ...told }) => [SourceFile.slice(folder.length + 1), fieldsOf(told)]),
  );
}

function fieldsOf(told) {
  const { Make, Model } = told;
  const withMaker = Make && Model ? { camera: [`${Make} ${Model}`] } : {};
  const fields = Object.entries(TAGS).map(([field, tags]) => {
    const values = [...tags.map((tag) => told[tag]), ...(withMaker[field] ?? [])];
    return [field, values.map((value) => comparable(field, value)).filter((value) => value !== undefined)];
  });
  return Object.fromEntries(fields.filter(([, values]) => values.length > 0));
}

function askPdfinfo(file) {
  const { stdout } = spawnSync('pdfinfo', ['-isodates', '-enc', 'UTF-8', file], { encoding: 'utf8' });
  const lines = new Map(stdout.split('\n').map((line) => line.split(/:\s+(.*)/s, 2)));
  const told = Object.entries(LINES).map(([field, name]) => [field, comparable(field, lines.get(name) || undefined)]);
  return Object.fromEntries(told.flatMap(([field, value]) => (value === undefined ? [] : [[field, [value]]])));
}

/** '2024:05:17 18:30:00+02:00', '2024-05-17T12:00:00+02'; without a zone it is one of this machine's. */
function timeOf(text) {
  const [, date, time = '00:00:00', zone = ''] =
    /^(\d{4}[:-]\d\d[:-]\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?)?/.exec(text) ?? [];
  if (date === undefined) return Date.parse(text) || undefined;
  const whole = zone.length === 3 ? `${zone}:00` : zone;
  return Date.parse(`${date.replaceAll(':', '-')}T${time}${whole}`);
}
