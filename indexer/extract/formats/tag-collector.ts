/**
 * Takes the text out of HTML and XML in one pass, from bytes to bytes: the source is read as Latin-1, so that every
 * position the tokenizer reports is a byte offset, and UTF-8 sequences are copied as they are. No tree, no stack: depth
 * costs nothing. Entities are left to a second tokenizer, for the few pieces that hold one: looking for none makes the
 * first twice as fast. Used by html.ts and xml.ts; the one place that knows htmlparser2.
 */
import { Tokenizer } from 'htmlparser2';
import { SourceWords } from './source-words.js';
import { TextSink } from './text-sink.js';

/** How an element is treated: `inline` does not end a word, `skip` has no text, anything not named separates words. */
export type TagRole = 'inline' | 'skip' | 'title' | 'heading' | 'foreign';

export interface TagRules {
  readonly isXml: boolean;
  readonly roles: ReadonlyMap<string, TagRole>;
  /** The attribute whose value is text; '' for none. */
  readonly textAttribute: string;
}

export interface Collected {
  readonly title: string;
  readonly text: Buffer;
  readonly markup: Buffer;
}

type TokenizerCallbacks = ConstructorParameters<typeof Tokenizer>[1];

const AMPERSAND = 0x26;
/** The longest title that is taken out of the text; what is longer stays in it, so that no word is lost. */
const MAX_TITLE_BYTES = 300;

export function collectText(source: Buffer, rules: TagRules): Collected {
  const collector = new TagCollector(source, rules);
  // An unclosed <script/> or <title/> must not swallow the rest of the file, so self-closing is always believed.
  const options = { xmlMode: rules.isXml, recognizeSelfClosing: true, decodeEntities: false };
  const tokenizer = new Tokenizer(options, collector);
  tokenizer.write(collector.latin1);
  tokenizer.end();
  return collector.result();
}

class TagCollector implements TokenizerCallbacks {
  readonly latin1: string;
  readonly #rules: TagRules;
  readonly #sink: TextSink;
  readonly #entities: EntityText;
  readonly #markup = new SourceWords();
  #markupStart = 0;
  #tagName = '';
  /** Name and nesting of the element whose content is dropped. */
  #skipped = '';
  #skipDepth = 0;
  #foreignDepth = 0;
  #isTextAttribute = false;
  #titleStart = -1;
  #headingStart = -1;
  #title = '';
  #heading = '';

  constructor(source: Buffer, rules: TagRules) {
    this.latin1 = source.toString('latin1');
    this.#rules = rules;
    this.#sink = new TextSink(source);
    this.#entities = new EntityText(this.#sink, rules.isXml);
  }

  result(): Collected {
    this.#addMarkup(this.latin1.length);
    return { title: this.#title || this.#heading, text: this.#sink.text, markup: this.#markup.bytes() };
  }

  ontext(start: number, end: number): void {
    if (this.#skipDepth > 0 || isInTag(start)) return;
    this.#addMarkup(start);
    this.#markupStart = end;
    this.#addText(start, end);
  }

  #addText(start: number, end: number): void {
    if (this.#skipDepth > 0) return;
    const stopped = this.#sink.copy(start, end, AMPERSAND);
    if (stopped < end) this.#entities.add(this.latin1, stopped, end);
  }

  /** Everything from the end of the last text to here. */
  #addMarkup(end: number): void {
    this.#markup.add(this.latin1, this.#markupStart, end);
  }

  oncdata(start: number, end: number, endOffset: number): void {
    if (this.#skipDepth === 0) this.#sink.copy(start, end - endOffset, -1);
  }

  onopentagname(start: number, end: number): void {
    this.#tagName = this.#nameAt(start, end);
    const role = this.#rules.roles.get(this.#tagName);
    if (role !== 'inline') this.#open(role);
  }

  onclosetag(start: number, end: number): void {
    this.#close(this.#nameAt(start, end));
  }

  onselfclosingtag(): void {
    this.#close(this.#tagName);
  }

  onattribname(start: number, end: number): void {
    const { textAttribute } = this.#rules;
    if (end - start !== textAttribute.length) return;
    this.#isTextAttribute = this.latin1.slice(start, end).toLowerCase() === textAttribute;
  }

  onattribdata(start: number, end: number): void {
    if (!this.#isTextAttribute) return;
    this.#sink.breakWord();
    this.#addText(start, end);
    this.#sink.breakWord();
  }

  onattribend(): void {
    this.#isTextAttribute = false;
  }

  onattribentity(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onopentagend(): void {}
  onprocessinginstruction(): void {}
  ontextentity(): void {}

  /** HTML in lower case; XML without its namespace prefix. */
  #nameAt(start: number, end: number): string {
    const name = this.latin1.slice(start, end);
    return this.#rules.isXml ? name.slice(name.indexOf(':') + 1) : name.toLowerCase();
  }

  #open(role: TagRole | undefined): void {
    this.#sink.breakWord();
    if (role === undefined) return;
    if (role === 'foreign') this.#foreignDepth++;
    if (role === 'skip') this.#skip();
    const isOwn = this.#foreignDepth === 0 && this.#skipDepth === 0;
    if (role === 'title' && isOwn && this.#title === '') this.#titleStart = this.#sink.length;
    if (role === 'heading' && isOwn && this.#heading === '') this.#headingStart = this.#sink.length;
  }

  #skip(): void {
    if (this.#skipDepth > 0 && this.#skipped !== this.#tagName) return;
    this.#skipped = this.#tagName;
    this.#skipDepth++;
  }

  #close(name: string): void {
    const role = this.#rules.roles.get(name);
    if (role === 'inline') return;
    this.#sink.breakWord();
    if (role === undefined) return;
    if (role === 'foreign' && this.#foreignDepth > 0) this.#foreignDepth--;
    if (role === 'skip' && this.#skipDepth > 0 && name === this.#skipped) this.#skipDepth--;
    if (role === 'title' && this.#titleStart >= 0) this.#endTitle();
    if (role === 'heading' && this.#headingStart >= 0) this.#endHeading();
  }

  #endTitle(): void {
    const start = this.#titleStart;
    this.#title = this.#sink.titleSince(start);
    this.#titleStart = -1;
    if (this.#sink.length - start <= MAX_TITLE_BYTES) this.#sink.cut(start);
  }

  #endHeading(): void {
    this.#heading = this.#sink.titleSince(this.#headingStart);
    this.#headingStart = -1;
  }
}

/**
 * At the end of the source, within a tag whose name it has told, the tokenizer reports everything once more, from -1
 * on.
 */
function isInTag(start: number): boolean {
  return start < 0;
}

/** A piece of text with entities in it. */
class EntityText {
  readonly #tokenizer: Tokenizer;
  #base = 0;

  constructor(sink: TextSink, isXml: boolean) {
    const nothing = (): void => {};
    this.#tokenizer = new Tokenizer(
      { xmlMode: isXml, decodeEntities: true },
      {
        ontext: (start, end) => {
          if (!isInTag(start)) sink.copy(this.#base + start, this.#base + end, -1);
        },
        ontextentity: (codePoint) => sink.addCodePoint(codePoint),
        onattribdata: nothing,
        onattribend: nothing,
        onattribentity: nothing,
        onattribname: nothing,
        oncdata: nothing,
        onclosetag: nothing,
        oncomment: nothing,
        ondeclaration: nothing,
        onend: nothing,
        onopentagend: nothing,
        onopentagname: nothing,
        onprocessinginstruction: nothing,
        onselfclosingtag: nothing,
      },
    );
  }

  add(latin1: string, start: number, end: number): void {
    this.#base = start;
    this.#tokenizer.reset();
    this.#tokenizer.write(latin1.slice(start, end));
    this.#tokenizer.end();
  }
}
