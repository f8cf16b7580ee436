/**
 * The text of an XML document, by what its elements mean: where text stands at all, what ends a line, what is no text
 * of the document, what stands aside from it (notes, comments, boxes) and so comes after it. Used by the readers of
 * office documents.
 */
import { TextBuilder } from './text-builder.js';
import type { XmlAttributes, XmlEvents } from './xml-reader.js';

/** Names of elements, without prefix, divided by blanks. */
export interface ElementRoles {
  /** Text counts within them only. */
  readonly text: string;
  /** They begin and end a line. */
  readonly line: string;
  readonly space: string;
  /** A line in it is a part of the line it is in. */
  readonly cell: string;
  readonly skip: string;
  readonly aside: string;
}

/** What an element is beside its role. */
export interface ElementHooks {
  /** The text from here on is a heading, up to the end of `headingEnd`; the first one is kept. */
  readonly isHeading?: (name: string, attributes: XmlAttributes) => boolean;
  readonly headingEnd?: string;
  /** Told before the element counts: its own text, such as that of a picture, the name of a table. */
  readonly onOpen?: (name: string, attributes: XmlAttributes, text: TextBuilder) => void;
  readonly isSkipped?: (name: string, attributes: XmlAttributes) => boolean;
  /** How many cells stand there for this one. */
  readonly cells?: (name: string, attributes: XmlAttributes) => number;
}

interface Role {
  readonly isText: boolean;
  readonly isLine: boolean;
  readonly isSpace: boolean;
  readonly isCell: boolean;
  readonly isSkipped: boolean;
  readonly isAside: boolean;
}

/** Text that stands aside, and what the elements around it were. */
interface Aside {
  readonly text: TextBuilder;
  readonly textDepth: number;
}

export type RoleMap = ReadonlyMap<string, Role>;

export function toRoleMap(roles: ElementRoles): RoleMap {
  const names = (role: keyof ElementRoles) => new Set(roles[role].split(' '));
  const [text, line, space, cell] = [names('text'), names('line'), names('space'), names('cell')];
  const [skip, aside] = [names('skip'), names('aside')];
  const toRole = (name: string): Role => ({
    isText: text.has(name),
    isLine: line.has(name),
    isSpace: space.has(name),
    isCell: cell.has(name),
    isSkipped: skip.has(name),
    isAside: aside.has(name),
  });
  return new Map([...text, ...line, ...space, ...cell, ...skip, ...aside].map((name) => [name, toRole(name)]));
}

const NO_ROLE: Role = {
  isText: false,
  isLine: false,
  isSpace: false,
  isCell: false,
  isSkipped: false,
  isAside: false,
};

export class ElementText implements XmlEvents {
  readonly #roles: RoleMap;
  readonly #hooks: ElementHooks;
  readonly #main = new TextBuilder();
  /** The innermost of what stands aside is last. */
  readonly #open: Aside[] = [];
  #asides: string[] = [];
  #textDepth = 0;
  #cellDepth = 0;
  /** Of the outermost cell that is open: where it begins, and how often it comes again. */
  #cell = { begin: 0, times: 0 };
  #skipDepth = 0;
  #heading = '';
  #headingBegin = -1;

  constructor(roles: RoleMap, hooks: ElementHooks = {}) {
    this.#roles = roles;
    this.#hooks = hooks;
  }

  /** '' for none. */
  get heading(): string {
    return this.#heading;
  }

  get isFull(): boolean {
    return this.#main.isFull;
  }

  toString(): string {
    this.#flush();
    return this.#main.toString();
  }

  /** Ends a page, with all that stands aside on it. */
  page(): void {
    this.#flush();
    this.#main.page();
  }

  open(name: string, attributes: XmlAttributes): void {
    if (this.#skipDepth > 0) {
      this.#skipDepth++;
      return;
    }
    const role = this.#roles.get(name) ?? NO_ROLE;
    if (role.isSkipped || this.#hooks.isSkipped?.(name, attributes)) {
      this.#skipDepth = 1;
      return;
    }
    if (role.isAside) this.#beginAside();
    this.#hooks.onOpen?.(name, attributes, this.#text);
    if (role.isCell && this.#cellDepth === 0)
      this.#cell = { begin: this.#main.length, times: (this.#hooks.cells?.(name, attributes) ?? 1) - 1 };
    this.#count(role, 1);
    if (this.#heading === '' && this.#hooks.isHeading?.(name, attributes)) this.#headingBegin = this.#main.length;
  }

  close(name: string): void {
    if (this.#skipDepth > 0) {
      this.#skipDepth--;
      return;
    }
    const role = this.#roles.get(name) ?? NO_ROLE;
    this.#count(role, -1);
    if (role.isCell && this.#cellDepth === 0 && this.#cell.times > 0)
      this.#main.again(this.#cell.begin, this.#cell.times);
    if (this.#headingBegin >= 0 && name === this.#hooks.headingEnd) this.#endHeading();
    if (role.isAside) this.#endAside();
  }

  text(text: string): void {
    if (this.#textDepth > 0 && this.#skipDepth === 0) this.#text.add(text);
  }

  get #text(): TextBuilder {
    return this.#open.at(-1)?.text ?? this.#main;
  }

  #count(role: Role, step: number): void {
    if (role.isText) this.#textDepth += step;
    if (role.isCell) this.#cellDepth += step;
    if (role.isLine && this.#cellDepth === 0) this.#text.line();
    else if (role.isLine || role.isSpace || role.isCell) this.#text.space();
  }

  #endHeading(): void {
    this.#heading = this.#main.since(this.#headingBegin);
    this.#headingBegin = -1;
  }

  #beginAside(): void {
    this.#open.push({ text: new TextBuilder(), textDepth: this.#textDepth });
    this.#textDepth = 0;
  }

  #endAside(): void {
    const aside = this.#open.pop() as Aside;
    this.#textDepth = aside.textDepth;
    const text = aside.text.toString();
    if (text !== '' && !this.isFull) this.#asides.push(text);
  }

  #flush(): void {
    for (const aside of this.#asides) {
      this.#main.line();
      for (const line of aside.split('\n')) {
        this.#main.add(line);
        this.#main.line();
      }
    }
    this.#asides = [];
    this.#main.line();
  }
}
