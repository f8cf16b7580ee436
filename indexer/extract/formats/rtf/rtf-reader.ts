/** Reads Rich Text Format, token by token. Used by rtf.ts. */
import { decodeCharset } from '../../charset.js';
import { TextBuilder } from '../../xml/text-builder.js';
import {
  ASIDES,
  CHARACTERS,
  CHARSETS,
  encodingOfPage,
  INFO,
  KNOWN_STARRED,
  LINES,
  OF_SYSTEMS,
  SKIPPED,
  SPACES,
} from './rtf-words.js';

/** A control word with its number; a byte in hexadecimal; a control symbol; a brace; text. */
const TOKEN = /\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)/g;
const NOT_ASCII = /[^\x00-\x7f]/;
const DEFAULT_UNICODE_SKIP = 1;

/** What holds within a group, and in those in it until they say otherwise. */
interface Group {
  readonly out: TextBuilder | undefined;
  /** Name of the group it is in that matters: '' is the body. */
  readonly place: string;
  readonly unicodeSkip: number;
  readonly encoding: string;
  readonly isDeleted: boolean;
}

export class RtfReader {
  readonly #body = new TextBuilder();
  readonly #asides: TextBuilder[] = [];
  readonly #info = new Map<string, TextBuilder>();
  readonly #fonts = new Map<number, string>();
  readonly #time: Record<string, number> = {};
  readonly #stack: Group[] = [];
  #group: Group = {
    out: this.#body,
    place: '',
    unicodeSkip: DEFAULT_UNICODE_SKIP,
    encoding: 'windows-1252',
    isDeleted: false,
  };
  #defaultEncoding = 'windows-1252';
  #isStarred = false;
  /** Characters that stand for the last one in Unicode, for readers without it. */
  #toSkip = 0;
  /** Bytes of the document's encoding that are not decoded yet, as Latin-1. */
  #bytes = '';
  #font = 0;

  read(source: Buffer): {
    readonly text: string;
    readonly info: (name: string) => string;
    readonly writtenMs: number | undefined;
    /** It ends within a picture, or promises one that is longer than all. */
    readonly isCut: boolean;
  } {
    const latin1 = source.toString('latin1');
    let binaryEnd = 0;
    TOKEN.lastIndex = 0;
    for (let token = TOKEN.exec(latin1); token !== null; token = TOKEN.exec(latin1)) {
      const binary = this.#take(token);
      if (binary > 0) TOKEN.lastIndex = binaryEnd = TOKEN.lastIndex + binary;
    }
    this.#decode();
    const asides = new Set(this.#asides.map(String));
    asides.delete('');
    const info = (name: string) => this.#info.get(name)?.toString() ?? '';
    const text = [this.#body.toString(), ...asides].join('\n');
    return { text, info, writtenMs: this.#writtenMs(), isCut: binaryEnd > latin1.length };
  }

  /** @returns how many bytes follow that are no RTF. */
  #take([, word, number, byte, symbol, brace, text]: RegExpExecArray): number {
    if (text !== undefined) this.#addText(text);
    else if (byte !== undefined) this.#addByte(String.fromCharCode(Number.parseInt(byte, 16)));
    else {
      this.#decode();
      if (brace !== undefined) this.#takeBrace(brace);
      else if (symbol !== undefined) this.#takeSymbol(symbol);
      else if (word === 'bin') return Math.max(Number(number ?? 0), 0);
      else if (word !== undefined) this.#takeWord(word, number === undefined ? undefined : Number(number));
    }
    return 0;
  }

  #takeBrace(brace: string): void {
    this.#toSkip = 0;
    this.#isStarred = false;
    if (brace === '{') this.#stack.push(this.#group);
    else this.#group = this.#stack.pop() ?? this.#group;
  }

  #takeSymbol(symbol: string): void {
    if (symbol === '*') this.#isStarred = true;
    else if (symbol === '\r' || symbol === '\n') this.#group.out?.line();
    else this.#add(CHARACTERS.get(symbol) ?? '');
  }

  #takeWord(word: string, number: number | undefined): void {
    const isUnknown = this.#isStarred && !KNOWN_STARRED.has(word);
    this.#isStarred = false;
    if (isUnknown || SKIPPED.has(word)) this.#enter({ out: undefined, place: 'skipped' });
    else if (this.#group.place === 'info' && INFO.has(word)) this.#enterInfo(word);
    else if (this.#group.place === '' && ASIDES.has(word)) this.#enterAside();
    else if (word === 'fonttbl' || word === 'info') this.#enter({ out: undefined, place: word });
    else if (word === 'creatim' && this.#group.place === 'info') this.#enter({ place: word });
    else if (this.#group.place === 'creatim') this.#time[word] = number ?? 0;
    else if (word === 'deleted') this.#enter({ isDeleted: number !== 0 });
    else if (LINES.has(word)) this.#group.out?.line();
    else if (SPACES.has(word)) this.#group.out?.space();
    else this.#takeFormat(word, number);
  }

  #takeFormat(word: string, number = 0): void {
    if (word === 'u') this.#addUnit(number);
    else if (word === 'uc') this.#enter({ unicodeSkip: Math.min(Math.max(number, 0), 100) });
    else if (word === 'f' || word === 'plain') this.#setFont(word === 'f' ? number : -1);
    else if (word === 'fcharset' && this.#group.place === 'fonttbl')
      this.#fonts.set(this.#font, CHARSETS.get(number) ?? this.#defaultEncoding);
    else if (word === 'ansicpg') this.#encode(encodingOfPage(number));
    else if (OF_SYSTEMS.has(word)) this.#encode(OF_SYSTEMS.get(word) ?? '');
    else this.#add(CHARACTERS.get(word) ?? '');
  }

  #encode(encoding: string): void {
    this.#defaultEncoding = encoding;
    this.#enter({ encoding });
  }

  #setFont(font: number): void {
    this.#font = font;
    if (this.#group.place !== 'fonttbl') this.#enter({ encoding: this.#fonts.get(font) ?? this.#defaultEncoding });
    if (font === -1) this.#enter({ isDeleted: false });
  }

  #enter(change: Partial<Group>): void {
    this.#group = { ...this.#group, ...change };
  }

  #enterInfo(word: string): void {
    const out = new TextBuilder();
    this.#info.set(word, out);
    this.#enter({ out, place: word });
  }

  #enterAside(): void {
    const out = new TextBuilder();
    this.#asides.push(out);
    this.#enter({ out });
  }

  #addText(text: string): void {
    const kept = this.#toSkip > 0 ? text.slice(this.#toSkip) : text;
    this.#toSkip = Math.max(this.#toSkip - text.length, 0);
    if (this.#bytes !== '' || NOT_ASCII.test(kept)) this.#bytes += kept;
    else this.#add(kept);
  }

  #addByte(byte: string): void {
    if (this.#toSkip > 0) this.#toSkip--;
    else if (this.#group.out) this.#bytes += byte;
  }

  /** One of UTF-16: pairs come as two. */
  #addUnit(unit: number): void {
    this.#add(String.fromCharCode(unit & 0xffff));
    this.#toSkip = this.#group.unicodeSkip;
  }

  #add(text: string): void {
    if (!this.#group.isDeleted) this.#group.out?.add(text);
  }

  #decode(): void {
    if (this.#bytes === '') return;
    const bytes = Buffer.from(this.#bytes, 'latin1');
    this.#bytes = '';
    this.#add(decodeCharset(bytes, this.#group.encoding, false).toString());
  }

  #writtenMs(): number | undefined {
    const { yr, mo = 1, dy = 1, hr = 0, min = 0, sec = 0 } = this.#time;
    const ms = yr ? new Date(yr, mo - 1, dy, hr, min, sec).getTime() : Number.NaN;
    return Number.isNaN(ms) ? undefined : ms;
  }
}
