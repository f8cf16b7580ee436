/**
 * What a command has printed → what is known of the document: text, or JSON with title, text, properties and parts.
 * Pure. docs/extractors.md is its contract.
 */
import { pathKey } from '../../../shared/path-key.js';
import { FIELDS, type FieldSpec, isFieldName } from '../../../shared/search/fields.js';
import type { Property } from '../../../shared/types.js';
import { decodeText } from '../decode.js';
import { cleanInnerPath } from '../inner-path.js';
import { limitProperties } from '../limit-properties.js';
import { cleanTitle } from '../title.js';
import { MAX_CHILDREN, TreeLimits } from '../tree-limits.js';
import type { OwnExtractor } from './own-extractor.js';

export interface CommandAnswer {
  /** Missing: none is given. */
  readonly title?: string;
  readonly text: Buffer;
  readonly properties: readonly Property[];
  readonly isTruncated: boolean;
  /** Documents within the file; of two with the same name the later one. */
  readonly parts?: readonly AnsweredPart[];
}

export interface AnsweredPart {
  readonly innerPath: Buffer;
  readonly title: string;
  readonly text: Buffer;
  readonly properties: readonly Property[];
}

type Json = Readonly<Record<string, unknown>>;

/** @throws Error that says what is wrong with it */
export function readAnswer(output: OwnExtractor['output'], printed: Buffer): CommandAnswer {
  if (output === 'json') return readJson(printed);
  const text = decodeText(printed, false)?.text;
  if (text === undefined) throw new Error('it printed no text');
  return { text: new TreeLimits().takeText(text), properties: [], isTruncated: false };
}

function readJson(printed: Buffer): CommandAnswer {
  const answer = parse(printed);
  const limits = new TreeLimits();
  const text = limits.takeText(textOf(answer));
  const title = stringOf(answer, 'title');
  const parts = partsOf(answer)?.map((part) => readPart(part, limits));
  const byPath = parts && new Map(parts.map((part) => [pathKey(part.innerPath), part]));
  return {
    ...(title !== undefined && { title: cleanTitle(title) }),
    text,
    properties: propertiesOf(answer),
    isTruncated: isTooMany(answer) || text.length < textOf(answer).length,
    ...(byPath && { parts: [...byPath.values()] }),
  };
}

function readPart(part: Json, limits: TreeLimits): AnsweredPart {
  return {
    innerPath: cleanInnerPath(Buffer.from(stringOf(part, 'name') ?? ''), undefined),
    title: cleanTitle(stringOf(part, 'title') ?? ''),
    text: limits.takeText(textOf(part)),
    properties: propertiesOf(part),
  };
}

function parse(printed: Buffer): Json {
  const value = tryParse(printed);
  if (!isObject(value)) throw new Error('it printed no JSON object');
  return value;
}

function tryParse(printed: Buffer): unknown {
  try {
    return JSON.parse(printed.toString('utf8'));
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringOf(object: Json, key: string): string | undefined {
  const value = object[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new Error(`\`${key}\` in its JSON is no text`);
  return value;
}

function textOf(object: Json): Buffer {
  return Buffer.from((stringOf(object, 'text') ?? '').replaceAll('\0', ' '));
}

function partsOf({ parts }: Json): readonly Json[] | undefined {
  if (parts === undefined) return undefined;
  if (!Array.isArray(parts) || !parts.every(isObject)) throw new Error('`parts` in its JSON is no list of objects');
  return parts.slice(0, MAX_CHILDREN);
}

function isTooMany({ parts }: Json): boolean {
  return Array.isArray(parts) && parts.length > MAX_CHILDREN;
}

function propertiesOf({ properties = {} }: Json): readonly Property[] {
  if (!isObject(properties)) throw new Error('`properties` in its JSON is no object');
  return limitProperties(Object.entries(properties).flatMap(([field, value]) => valuesOf(field, value)));
}

function valuesOf(field: string, value: unknown): Property[] {
  const values = Array.isArray(value) ? value : [value];
  return values.map((one) => ({ field, value: toValue(field, one) }));
}

function toValue(field: string, value: unknown): string | number {
  const spec: FieldSpec | undefined = isFieldName(field) ? FIELDS[field] : undefined;
  if (spec?.takes === 'words' && spec.place === 'property' && typeof value === 'string') return value;
  const isNumber = (spec?.takes === 'number' || spec?.takes === 'date') && spec.column === 'property';
  const number = spec?.takes === 'date' && typeof value === 'string' ? Date.parse(value) : value;
  if (isNumber && typeof number === 'number' && Number.isFinite(number)) return number;
  throw new Error(`\`${field}\` in its JSON is no property, or has another kind of value`);
}
