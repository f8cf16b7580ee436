/**
 * Every `field:` of a query, one row each. The scanner, the parser, the SQL, `--help`, README.md and the JSON of a hit
 * read this table: a new field is one row here.
 */
import { pathText } from '../path-text.js';
import { splitPath } from '../paths.js';
import type { Property } from '../types.js';

/** What of a hit is printed under a field's name. */
export interface FieldValues {
  readonly path: Uint8Array;
  readonly innerPath?: Uint8Array | undefined;
  readonly title: string;
  readonly type: string;
  readonly size: number;
  readonly modifiedMs: number;
  readonly properties: readonly Property[];
}

/** Where words are looked for in a file's place: `path` means name or folders; `title` is what it says itself. */
export type Place = 'name' | 'path' | 'title';

/**
 * What stands behind the colon, and what it is compared with. A property has the name of the field: what a document
 * says of itself.
 */
type Takes =
  | { readonly takes: 'words'; readonly place: Place | 'property' }
  /** What is no folder is words in the place. */
  | { readonly takes: 'folder'; readonly place: Place }
  | { readonly takes: 'kinds' | 'endings' }
  /**
   * A number or a span of numbers in a column of the file's row, in a property, or of the file's last change: bytes, or
   * milliseconds since 1970.
   */
  | { readonly takes: 'bytes' | 'date' | 'number'; readonly column: string | 'property' | 'last change' }
  /** Who made the file's last change. */
  | { readonly takes: 'users' | 'programs' }
  /** No condition: what the hits are put in order by. */
  | { readonly takes: 'order' };

type FieldValue = string | number | readonly (string | number)[];

export type FieldSpec = Takes & {
  /**
   * What is typed behind `find-text`; it must find something in test/e2e/readme.test.ts. Missing: another name of a
   * field.
   */
  readonly example?: string;
  /** What the example finds. */
  readonly help?: string;
  /** Other values, with the field's name. */
  readonly also?: readonly string[];
  /** In JSON a hit has it under the same name, if there is one; a date is written by ISO 8601. */
  readonly json?: { readonly help: string; readonly of: (hit: FieldValues) => FieldValue | undefined };
};

const ROWS = {
  name: {
    takes: 'words',
    place: 'name',
    example: 'name:readme',
    help: 'in the name of the file',
    also: ["'name:*port*'"],
    json: {
      help: 'the last part of the path',
      of: ({ path, innerPath }) => pathText(splitPath(innerPath ?? path).name),
    },
  },
  title: {
    takes: 'words',
    place: 'title',
    example: 'title:report',
    help: 'in the title that the document gives itself',
    json: { help: "that the document gives itself, else ''", of: ({ title }) => title },
  },
  path: {
    takes: 'folder',
    place: 'path',
    example: 'path:documents letter',
    help: 'in the name or the names of the folders',
  },
  in: {
    takes: 'folder',
    place: 'path',
    example: 'letter in:~/Documents',
    help: 'in the folder and below',
    also: ["'in:~/weird dir'"],
  },
  type: {
    takes: 'kinds',
    example: 'letter type:pdf',
    help: 'of this type',
    also: ['type:image', 'type:code', 'type:text/html'],
    json: { help: 'media type', of: ({ type }) => type },
  },
  kind: { takes: 'kinds' },
  ext: { takes: 'endings', example: 'letter ext:md,txt', help: 'with one of these endings' },
  size: {
    takes: 'bytes',
    column: 'size',
    example: "letter 'size:>10k'",
    help: 'of this size',
    also: ["'size:<1M'", 'size:10k..20k'],
    json: { help: 'bytes', of: ({ size }) => size },
  },
  modified: {
    takes: 'date',
    column: 'mtime_ms',
    example: 'letter modified:2w',
    help: 'changed then',
    also: ["'modified:last week'", 'modified:2026-05'],
    json: { help: "when the file was changed; '' for a time no calendar has", of: ({ modifiedMs }) => modifiedMs },
  },
  created: {
    takes: 'date',
    column: 'born_ms',
    example: 'letter created:today',
    help: 'made then, as the file system says',
  },
  author: {
    takes: 'words',
    place: 'property',
    example: 'letter author:ann',
    help: 'by this author, as the document says',
    json: { help: 'authors, as the document says', of: (hit) => valuesOf(hit, 'author') },
  },
  written: {
    takes: 'date',
    column: 'property',
    example: 'letter written:2024',
    help: 'with this date, as the document says',
    json: { help: 'date, as the document says', of: (hit) => valuesOf(hit, 'written')?.[0] },
  },
  tag: {
    takes: 'words',
    place: 'property',
    example: 'letter tag:work',
    help: 'with this tag',
    json: { help: 'tags', of: (hit) => valuesOf(hit, 'tag') },
  },
  from: {
    takes: 'words',
    place: 'property',
    example: 'offer from:ann',
    help: 'mail from this person, by name or address',
    json: { help: 'who sent the mail', of: (hit) => valuesOf(hit, 'from')?.[0] },
  },
  to: {
    takes: 'words',
    place: 'property',
    example: 'offer to:bob@example.org',
    help: 'mail to this person, or with a copy',
    json: { help: 'who got the mail', of: (hit) => valuesOf(hit, 'to') },
  },
  subject: {
    takes: 'words',
    place: 'property',
    example: 'offer subject:"best price"',
    help: 'in the subject of a mail',
    json: { help: 'of a mail', of: (hit) => valuesOf(hit, 'subject')?.[0] },
  },
  sent: {
    takes: 'date',
    column: 'property',
    example: 'offer sent:2024-05',
    help: 'mail that was sent then',
    json: { help: 'when the mail was sent', of: (hit) => valuesOf(hit, 'sent')?.[0] },
  },
  pages: {
    takes: 'number',
    column: 'property',
    example: "manual 'pages:>1'",
    help: 'with so many pages',
    json: { help: 'number of pages', of: (hit) => valuesOf(hit, 'pages')?.[0] },
  },
  camera: {
    takes: 'words',
    place: 'property',
    example: 'gulls camera:acme',
    help: 'a photo by this camera',
    json: { help: 'camera of a photo', of: (hit) => valuesOf(hit, 'camera')?.[0] },
  },
  taken: {
    takes: 'date',
    column: 'property',
    example: 'gulls taken:2024-05',
    help: 'a photo or film that was taken then',
    json: { help: 'when a photo or film was taken', of: (hit) => valuesOf(hit, 'taken')?.[0] },
  },
  artist: {
    takes: 'words',
    place: 'property',
    example: 'gulls artist:ørsted',
    help: 'music by this artist, or band',
    json: { help: 'artists of a piece of music', of: (hit) => valuesOf(hit, 'artist') },
  },
  album: {
    takes: 'words',
    place: 'property',
    example: 'gulls album:"north sea"',
    help: 'of this album',
    json: { help: 'album of a piece of music', of: (hit) => valuesOf(hit, 'album')?.[0] },
  },
  duration: {
    takes: 'number',
    column: 'property',
    example: "gulls 'duration:<10'",
    help: 'music or a film of so many seconds',
    also: ['duration:180..300'],
    json: { help: 'how long music or a film is, in seconds', of: (hit) => valuesOf(hit, 'duration')?.[0] },
  },
  language: {
    takes: 'words',
    place: 'property',
    example: 'letter language:en',
    help: 'in this language, as the document says',
    json: { help: 'language, as the document says', of: (hit) => valuesOf(hit, 'language') },
  },
  changed: {
    takes: 'date',
    column: 'last change',
    example: 'letter changed:today',
    help: 'changed last then, as events tell',
    also: ['changed:2h'],
  },
  by: {
    takes: 'users',
    example: 'letter by:root',
    help: 'changed last by this user, as audit tells',
    also: ['by:root,bin'],
  },
  with: {
    takes: 'programs',
    example: 'letter with:vim',
    help: 'changed last with it, as audit tells',
    also: ["'with:python*'"],
  },
  sort: {
    takes: 'order',
    example: 'letter sort:modified',
    help: 'in this order',
    also: ['sort:size', 'sort:name', 'sort:-modified'],
  },
} as const satisfies Readonly<Record<string, FieldSpec>>;

export type FieldName = keyof typeof ROWS;
/** Fields whose value is what a document says of itself: extractors give them. */
export type PropertyName = {
  [Name in FieldName]: (typeof ROWS)[Name] extends { place: 'property' } | { column: 'property' } ? Name : never;
}[FieldName];
/** Fields whose value is a number in a column. */
export type SpanField = {
  [Name in FieldName]: (typeof ROWS)[Name] extends { column: string } ? Name : never;
}[FieldName];

export const FIELDS: Readonly<Record<FieldName, FieldSpec>> = ROWS;

/** For regular expressions: `name|path|…`. */
export const FIELD_NAMES = Object.keys(FIELDS).join('|');
export const FOLDER_FIELD_NAMES = Object.entries(FIELDS)
  .flatMap(([name, { takes }]) => (takes === 'folder' ? [name] : []))
  .join('|');

export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(FIELDS, name);
}

/** Column of the file's row that holds the number, or 'property', or 'last change'. */
export function columnOf(field: SpanField): string {
  return ROWS[field].column;
}

function valuesOf({ properties }: FieldValues, field: string): (string | number)[] | undefined {
  const values = properties.filter((one) => one.field === field).map(({ value }) => value);
  return values.length > 0 ? values : undefined;
}
