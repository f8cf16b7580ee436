/** What find-text has read of a file, and what a command says of it → one extraction. Pure. */
import { pathText } from '../../../shared/path-text.js';
import { splitPath, toBytes } from '../../../shared/paths.js';
import type { Extraction, InnerContent, Property } from '../../../shared/types.js';
import { digestContent } from '../known-content.js';
import { textTypeOf, typeOfName } from '../media-type.js';
import type { AnsweredPart, CommandAnswer } from './command-answer.js';
import { type OwnExtractor, PENDING_VERSION } from './own-extractor.js';
import { idOf } from './own-id.js';

const NO_BYTES = Buffer.alloc(0);

/** Where nothing could be read without the command. */
export function unread(path: Uint8Array): Extraction {
  const name = pathText(splitPath(path).name);
  return {
    type: typeOfName(name),
    title: '',
    text: NO_BYTES,
    markup: NO_BYTES,
    isFileText: false,
    isTruncated: false,
    extractor: 'none',
    extractorVersion: 0,
  };
}

/** The command has not ended yet: the file is found by what find-text reads of it. */
export function pending(base: Extraction, extractor: OwnExtractor): Extraction {
  return withId(base, extractor, PENDING_VERSION);
}

/** The command has failed: the same, until the file or the command changes. */
export function without(base: Extraction, extractor: OwnExtractor): Extraction {
  return withId(base, extractor, extractor.version);
}

function withId({ input: _, output: __, cutBytes: ___, ...base }: Extraction, by: OwnExtractor, version: number) {
  return { ...base, extractor: idOf(by), extractorVersion: version };
}

/** @param digest  of the whole file. */
export function withAnswer(
  base: Extraction,
  extractor: OwnExtractor,
  answer: CommandAnswer,
  digest: string | undefined,
): Extraction {
  const { isAdded } = extractor;
  const { children, ...own } = without(base, extractor);
  const kept = isAdded ? children : undefined;
  const parts = answer.parts?.map((part) => innerOf(part, extractor)) ?? kept;
  return {
    ...own,
    title: answer.title ?? own.title,
    text: isAdded ? joined(own.text, answer.text) : answer.text,
    markup: isAdded ? own.markup : NO_BYTES,
    properties: merged(own.properties, answer.properties),
    isFileText: false,
    isTruncated: answer.isTruncated || (isAdded && own.isTruncated),
    ...(parts && { children: parts }),
    ...(digest !== undefined && { input: digest }),
  };
}

function joined(before: Uint8Array, after: Buffer): Uint8Array {
  if (before.length === 0 || after.length === 0) return before.length === 0 ? after : before;
  return Buffer.concat([toBytes(before), Buffer.from('\n'), after]);
}

/** Of a field that the command gives only its values. */
function merged(before: readonly Property[] = [], after: readonly Property[]): readonly Property[] {
  const given = new Set(after.map(({ field }) => field));
  return [...before.filter(({ field }) => !given.has(field)), ...after];
}

function innerOf({ innerPath, title, text, properties }: AnsweredPart, extractor: OwnExtractor): InnerContent {
  const content = {
    type: textTypeOf(pathText(splitPath(innerPath).name), 'text/plain'),
    title,
    text,
    markup: NO_BYTES,
    properties,
    isTruncated: false,
    extractor: idOf(extractor),
    extractorVersion: extractor.version,
  };
  return { ...content, innerPath, digest: digestContent(content) };
}
