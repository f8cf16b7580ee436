/**
 * What an office document or a book says of itself: the Dublin Core elements that all their formats share, under the
 * names each gives them; before XML a summary. Pure.
 */
import type { Property } from '../../../../shared/types.js';
import type { Extracted } from '../../extractor.js';
import { tryTime } from '../../times.js';
import { cleanTitle } from '../../title.js';
import { told, wordsOf } from '../../told.js';
import { textsOf, type XmlElement } from '../../xml/elements.js';

export interface Described {
  readonly title: string;
  readonly properties: readonly Property[];
  /** What is found beside the text: subject, description, authors and tags. */
  readonly others: string;
}

/** For each field the elements that tell it; the first that stands there counts. */
export interface DescriptionNames {
  readonly author: readonly string[];
  readonly written: readonly string[];
  readonly tag: readonly string[];
}

/** Programs write it for lack of one. */
const NO_TITLE = /^(?:PowerPoint Presentation|PowerPoint-Präsentation|Untitled.*)$/i;

export function describe(elements: readonly XmlElement[], names: DescriptionNames): Described {
  const [title = ''] = textsOf(elements, 'title');
  const properties = [
    ...told(
      'author',
      firstOf(elements, names.author).flatMap((one) => listed(one, /;/)),
    ),
    ...told(
      'written',
      firstOf(elements, names.written)
        .slice(0, 1)
        .flatMap((text) => tryTime(text) ?? []),
    ),
    ...told(
      'tag',
      firstOf(elements, names.tag).flatMap((one) => listed(one, /[,;]/)),
    ),
    ...told('language', textsOf(elements, 'language').slice(0, 1)),
  ];
  const others = [...textsOf(elements, 'subject'), ...textsOf(elements, 'description'), ...wordsOf(properties)];
  return {
    title: NO_TITLE.test(title) ? '' : cleanTitle(title),
    properties,
    others: [...new Set(others)].join('\n'),
  };
}

function firstOf(elements: readonly XmlElement[], names: readonly string[]): string[] {
  return names.map((name) => textsOf(elements, name)).find((texts) => texts.length > 0) ?? [];
}

export function listed(text: string, separator: RegExp): string[] {
  return text.split(separator).flatMap((part) => part.trim() || []);
}

/** What Word has written of a document since before XML. '' for what is not told. */
export interface Summary {
  readonly title: string;
  readonly subject: string;
  readonly author: string;
  readonly keywords: string;
  readonly comments: string;
  readonly createdMs: number | undefined;
}

export function describeSummary(summary: Summary): Omit<Extracted, 'text'> {
  const { title, subject, author, keywords, comments, createdMs } = summary;
  const properties = [
    ...told('author', listed(author, /;/)),
    ...told('written', createdMs === undefined ? [] : [createdMs]),
    ...told('tag', listed(keywords, /[,;]/)),
  ];
  const others = [subject, comments, ...wordsOf(properties)].filter((one) => one !== '');
  return { title: cleanTitle(title), markup: Buffer.from(others.join('\n')), properties };
}
