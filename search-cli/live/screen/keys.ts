/**
 * What a terminal sends → keys. Pure but for the bytes that are still missing: characters and sequences may come in pieces, over a slow
 * line one byte at a time.
 */
import { StringDecoder } from 'node:string_decoder';

export type Key =
  | { readonly kind: 'text'; readonly text: string }
  /** Pasted: nothing in it is a command. */
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'key'; readonly name: KeyName }
  | Mouse;

export interface Mouse {
  readonly kind: 'mouse';
  readonly does: 'press' | 'wheel up' | 'wheel down';
  /** Of the screen, from 0. */
  readonly row: number;
}

const CONTROLS = {
  1: 'home',
  2: 'left',
  3: 'interrupt',
  4: 'end of input',
  5: 'end',
  6: 'right',
  7: 'escape',
  8: 'backspace',
  9: 'tab',
  10: 'enter',
  11: 'delete to end',
  12: 'redraw',
  13: 'enter',
  14: 'down',
  16: 'up',
  18: 'reveal',
  19: 'sort',
  20: 'tab',
  21: 'delete to start',
  23: 'delete word',
  25: 'copy',
  26: 'suspend',
  127: 'backspace',
} as const;

/** What follows `ESC [` or `ESC O`, of xterm, VT220, rxvt, Linux and screen. */
const SEQUENCES = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'back tab',
  P: 'help',
  M: 'enter',
  '[A': 'help',
  '1~': 'home',
  '7~': 'home',
  '4~': 'end',
  '8~': 'end',
  '3~': 'delete',
  '5~': 'page up',
  '6~': 'page down',
  '11~': 'help',
  '1;5C': 'word right',
  '1;5D': 'word left',
  '1;3C': 'word right',
  '1;3D': 'word left',
  '1;2A': 'preview up',
  '1;2B': 'preview down',
} as const;

const META = { b: 'word left', f: 'word right', d: 'delete word right', '\x7f': 'delete word' } as const;

type ValueOf<Table> = Table[keyof Table];
export type KeyName = ValueOf<typeof CONTROLS> | ValueOf<typeof SEQUENCES> | ValueOf<typeof META>;

/** Buttons, as xterm numbers them. Others, and what is pressed with a key, mean nothing. */
const BUTTONS: Readonly<Record<number, Mouse['does']>> = { 0: 'press', 64: 'wheel up', 65: 'wheel down' };

const ESC = '\x1b';
const PASTE_BEGINS = '\x1b[200~';
const PASTE_ENDS = '\x1b[201~';
/** A sequence, or what may become one. */
const SEQUENCE = /^\x1b(?:\[\[?|O)([0-9;?<>=]*)([@-Z\\-~])/;
const UNFINISHED = /^\x1b(?:(?:\[\[?|O)[0-9;?<>=]*)?$/;
/** The mouse, as terminals tell it that know no other way: button, column and row, each one character from a blank on. */
const OLD_MOUSE = /^\x1b\[M(.)(.)(.)/su;
const UNFINISHED_OLD_MOUSE = /^\x1b\[M.{0,2}$/su;
const FIRST_CHARACTER = 32;
/** Longer than any; what comes then is no sequence. */
const MAX_SEQUENCE = 64;
const MAX_PASTE = 64 * 1024;

export class KeyReader {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  /** Something has begun that more may follow: if nothing does, see flush. */
  get isWaiting(): boolean {
    return this.#rest !== '';
  }

  push(bytes: Buffer): Key[] {
    this.#rest += this.#decoder.write(bytes);
    return this.#take(false);
  }

  /** Nothing has followed for a while: an ESC alone is the key. */
  flush(): Key[] {
    return this.#rest.startsWith(PASTE_BEGINS) ? [] : this.#take(true);
  }

  #take(isAll: boolean): Key[] {
    const keys: Key[] = [];
    while (this.#rest !== '') {
      const taken = this.#next(isAll);
      if (taken === undefined) break;
      if (taken) keys.push(taken);
    }
    return keys;
  }

  /** @returns null: something that is no key; undefined: more is needed. */
  #next(isAll: boolean): Key | null | undefined {
    const rest = this.#rest;
    if (rest.startsWith(PASTE_BEGINS)) return this.#paste(rest);
    if (rest.startsWith(ESC)) return this.#sequence(rest, isAll);
    const [text] = /^[^\0-\x1f\x7f]+/.exec(rest) ?? [];
    if (text) return this.#taken(text.length, { kind: 'text', text });
    return this.#taken(1, named((CONTROLS as Record<number, KeyName>)[rest.charCodeAt(0)]));
  }

  #sequence(rest: string, isAll: boolean): Key | null | undefined {
    const [old, ...told] = OLD_MOUSE.exec(rest) ?? [];
    if (old) return this.#taken(old.length, oldMouse(told));
    if (!isAll && UNFINISHED_OLD_MOUSE.test(rest)) return undefined;
    const [all, numbers = '', last = ''] = SEQUENCE.exec(rest) ?? [];
    const table = SEQUENCES as Record<string, KeyName>;
    if (all && numbers.startsWith('<')) return this.#taken(all.length, mouse(numbers.slice(1), last));
    if (all) return this.#taken(all.length, named(table[`${all.startsWith('\x1b[[') ? '[' : ''}${numbers}${last}`]));
    if (!isAll && UNFINISHED.test(rest) && rest.length < MAX_SEQUENCE) return undefined;
    const [, other = ''] = Array.from(rest);
    if (other === '' || other === ESC) return this.#taken(1, named('escape'));
    return this.#taken(1 + other.length, named((META as Record<string, KeyName>)[other]));
  }

  #paste(rest: string): Key | undefined {
    const end = rest.indexOf(PASTE_ENDS);
    if (end < 0 && rest.length < MAX_PASTE) return undefined;
    const text = rest.slice(PASTE_BEGINS.length, end < 0 ? rest.length : end);
    return this.#taken(end < 0 ? rest.length : end + PASTE_ENDS.length, { kind: 'paste', text });
  }

  #taken<Taken extends Key | null>(length: number, key: Taken): Taken {
    this.#rest = this.#rest.slice(length);
    return key;
  }
}

function named(name: KeyName | undefined): Key | null {
  return name ? { kind: 'key', name } : null;
}

/** @param numbers  button, column and row, counted from 1. @param last  `m`: the button was let go. */
function mouse(numbers: string, last: string): Mouse | null {
  const [button = -1, , row = 0] = numbers.split(';').map(Number);
  const does = last === 'M' ? BUTTONS[button] : undefined;
  return does && row > 0 ? { kind: 'mouse', does, row: row - 1 } : null;
}

function oldMouse(told: readonly string[]): Mouse | null {
  return mouse(told.map((one) => (one.codePointAt(0) as number) - FIRST_CHARACTER).join(';'), 'M');
}
