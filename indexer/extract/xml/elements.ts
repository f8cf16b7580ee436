/** The elements of a small XML document as a list: tables of contents, properties, relations. */
import { attribute, type XmlAttributes, type XmlEvents } from './xml-reader.js';

export interface XmlElement {
  /** Without prefix. */
  readonly name: string;
  /** That of the element it is in; '' for the outermost. */
  readonly parent: string;
  readonly attributes: XmlAttributes;
  /** What stands in it, without what stands in elements in it. */
  readonly text: string;
}

/** More than the parts of any document. */
const MAX_ELEMENTS = 100_000;
const MAX_TEXT = 10_000;

interface Open {
  readonly index: number;
  readonly parts: string[];
}

export class ElementList implements XmlEvents {
  readonly elements: XmlElement[] = [];
  readonly #open: (Open & { readonly name: string })[] = [];

  get isFull(): boolean {
    return this.elements.length >= MAX_ELEMENTS;
  }

  open(name: string, attributes: XmlAttributes): void {
    const parent = this.#open.at(-1)?.name ?? '';
    const index = this.isFull ? -1 : this.elements.push({ name, parent, attributes, text: '' }) - 1;
    this.#open.push({ name, index, parts: [] });
  }

  close(): void {
    const { index, parts } = this.#open.pop() as Open;
    const element = this.elements[index];
    if (element && parts.length > 0)
      this.elements[index] = { ...element, text: parts.join('').slice(0, MAX_TEXT).trim() };
  }

  text(text: string): void {
    if (/\S/.test(text) && !this.isFull) this.#open.at(-1)?.parts.push(text);
  }
}

/** The value of an attribute of each element of that name. */
export function attributesOf(elements: readonly XmlElement[], name: string, local: string): string[] {
  return elements.flatMap((one) => (one.name === name ? (attribute(one.attributes, local) ?? []) : []));
}

/** The texts of all elements of that name, those without any left out. */
export function textsOf(elements: readonly XmlElement[], name: string): string[] {
  return elements.flatMap((one) => (one.name === name && one.text !== '' ? [one.text] : []));
}
