/**
 * Reads XML that programs write, part by part: elements and text. Entities of a document type stay as they stand
 * (billion laughs, external entities), nesting ends at a limit. What is not well formed is read as far as it makes
 * sense. Files that people write as text go through `tag-collector.ts`. The one place that knows saxes.
 */
import { SaxesParser } from 'saxes';

/** By their names with the prefix: `w:val`. */
export type XmlAttributes = Readonly<Record<string, string>>;

/** Names are without prefix. For every `open` there is a `close`, unless the reader stops. */
export interface XmlEvents {
  open(name: string, attributes: XmlAttributes): void;
  close(name: string): void;
  text(text: string): void;
}

/** No program nests this deep; the parser keeps each open element. */
export const MAX_XML_DEPTH = 2000;
const MAX_ERRORS = 100;
/** Of one text, comment, value or name. A text goes on in pieces, a picture in letters too; of others the rest is enough. */
const LONG = 1024 * 1024;
/** What is longer than so many such pieces is there to keep a reader busy. */
const MAX_DROPPED = 16;
const MAX_ATTRIBUTES = 10_000;

/** What of the parser's own state is used: it would keep a comment of 200 MB whole. */
interface Inside {
  readonly state: number;
  text: string;
  readonly name: string;
  readonly entity: string;
  readonly attribList: readonly unknown[];
}

/** The parser is in such a state within a text. */
const IN_TEXT: readonly number[] = ['<a>x', '<a><![CDATA[x'].map((beginning) => {
  const parser = new SaxesParser();
  parser.write(beginning);
  return (parser as unknown as Inside).state;
});

export class XmlReader {
  readonly #parser = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
  readonly #names = new Map<string, string>();
  #decoder: InstanceType<typeof TextDecoder> | undefined;
  #depth = 0;
  #errors = 0;
  #dropped = 0;
  #isStopped = false;

  constructor(private readonly events: XmlEvents) {
    this.#parser.on('opentag', ({ name, attributes }) => {
      if (this.#isStopped) return;
      if (++this.#depth > MAX_XML_DEPTH) this.#isStopped = true;
      else events.open(this.#local(name), attributes);
    });
    this.#parser.on('closetag', ({ name }) => {
      this.#depth--;
      if (!this.#isStopped) events.close(this.#local(name));
    });
    this.#parser.on('text', (text) => !this.#isStopped && events.text(text));
    this.#parser.on('cdata', (text) => !this.#isStopped && events.text(text));
    this.#parser.on('error', () => {
      if (++this.#errors > MAX_ERRORS) this.#isStopped = true;
    });
  }

  /** Takes no more: it is nested too deep, or no XML. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  write(part: Buffer): void {
    this.#decoder ??= new TextDecoder(encodingOf(part));
    if (this.#isStopped) return;
    this.#parser.write(this.#decoder.decode(part, { stream: true }));
    this.#shorten(this.#parser as unknown as Inside);
  }

  #shorten(inside: Inside): void {
    const { state, text, name, entity, attribList } = inside;
    if (name.length > LONG || entity.length > LONG || attribList.length > MAX_ATTRIBUTES) this.#isStopped = true;
    if (text.length < LONG) return;
    inside.text = '';
    if (!IN_TEXT.includes(state)) this.#isStopped ||= ++this.#dropped > MAX_DROPPED;
    else if (!this.#isStopped) this.events.text(text);
  }

  /** @returns whether all of it was read, and well formed. */
  end(): boolean {
    if (!this.#isStopped) this.#parser.close();
    return !this.#isStopped && this.#errors === 0;
  }

  #local(name: string): string {
    let local = this.#names.get(name);
    if (local === undefined) {
      local = name.slice(name.indexOf(':') + 1);
      if (this.#names.size < MAX_XML_DEPTH) this.#names.set(name, local);
    }
    return local;
  }
}

const PART_BYTES = 65_536;

/** @returns whether all of it was read, and well formed. */
export function readXml(bytes: Buffer, events: XmlEvents, isFull: () => boolean): boolean {
  const reader = new XmlReader(events);
  for (let at = 0; at < bytes.length && !isFull(); at += PART_BYTES) reader.write(bytes.subarray(at, at + PART_BYTES));
  return reader.end();
}

/** The value of an attribute by its name without prefix. */
export function attribute(attributes: XmlAttributes, local: string): string | undefined {
  const plain = attributes[local];
  if (plain !== undefined) return plain;
  const name = Object.keys(attributes).find((key) => key.endsWith(`:${local}`));
  return name === undefined ? undefined : attributes[name];
}

function encodingOf(head: Buffer): string {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
