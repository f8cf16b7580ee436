/**
 * Where in a TOML text a value stands: the parser tells values only, and an error should say the line. Pure. It is for
 * texts that the parser has accepted, so that it need not know what is wrong in TOML.
 */

/** As `["notify", 0, "paths", 2]`. */
export type TomlPath = readonly (string | number)[];

/** From 1, both. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

interface Span {
  /** Of a list's item: as `value`. */
  readonly key: number;
  readonly value: number;
  readonly end: number;
}

export interface TomlPlaces {
  /** Of a name; of what is not written itself, that of the nearest table around it. */
  keyOf(path: TomlPath): Place;
  valueOf(path: TomlPath): Place;
  /** As it is written. */
  textOf(path: TomlPath): string | undefined;
}

/** @param unquote  `"a\tb"` → what it stands for. */
export function placesIn(text: string, unquote: (raw: string) => string): TomlPlaces {
  const spans = new Scanner(text, unquote).spans();
  const spanOf = (path: TomlPath): Span => {
    for (let length = path.length; length > 0; length--) {
      const span = spans.get(keyFor(path.slice(0, length)));
      if (span) return span;
    }
    return { key: 0, value: 0, end: 0 };
  };
  return {
    keyOf: (path) => placeAt(text, spanOf(path).key),
    valueOf: (path) => placeAt(text, spanOf(path).value),
    textOf: (path) => {
      const span = spans.get(keyFor(path));
      return span && text.slice(span.value, span.end);
    },
  };
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

function keyFor(path: TomlPath): string {
  return JSON.stringify(path);
}

class Scanner {
  #at = 0;
  readonly #spans = new Map<string, Span>();
  /** Of a list of tables: how many there were. */
  readonly #counts = new Map<string, number>();

  constructor(
    private readonly text: string,
    private readonly unquote: (raw: string) => string,
  ) {}

  spans(): ReadonlyMap<string, Span> {
    let table: TomlPath = [];
    this.#skip(/[\s\ufeff]*/y);
    for (this.#skipVoid(); this.#at < this.text.length; this.#skipVoid()) {
      if (this.text[this.#at] === '[') table = this.#header();
      else this.#statement(table);
    }
    return this.#spans;
  }

  #header(): TomlPath {
    const start = this.#at;
    const isList = this.text.startsWith('[[', start);
    this.#at += isList ? 2 : 1;
    const names = this.#names();
    this.#at += isList ? 2 : 1;
    const table = this.#tableOf(names, isList);
    this.#spans.set(keyFor(table), { key: start, value: start, end: this.#at });
    return table;
  }

  #tableOf(names: readonly string[], isList: boolean): TomlPath {
    let path: TomlPath = [];
    for (const [at, name] of names.entries()) {
      path = [...path, name];
      const count = this.#counts.get(keyFor(path));
      if (isList && at === names.length - 1) {
        this.#counts.set(keyFor(path), (count ?? 0) + 1);
        path = [...path, count ?? 0];
      } else if (count !== undefined) path = [...path, count - 1];
    }
    return path;
  }

  #statement(table: TomlPath): void {
    const key = this.#at;
    const path = [...table, ...this.#names()];
    this.#skip(/[ \t]*=\s*/y);
    this.#value(path, key);
  }

  #value(path: TomlPath, key = this.#at): void {
    const value = this.#at;
    if (this.text[value] === '[') this.#list(path);
    else if (this.text[value] === '{') this.#inlineTable(path);
    else if (!this.#string()) this.#skip(/[^,\]}\n\r#]*/y);
    this.#spans.set(keyFor(path), { key, value, end: this.#at });
  }

  #list(path: TomlPath): void {
    this.#at++;
    for (let item = 0; !this.#isEnd(']'); item++) this.#value([...path, item]);
  }

  #inlineTable(path: TomlPath): void {
    this.#at++;
    while (!this.#isEnd('}')) this.#statement(path);
  }

  /** Goes over commas and what is no value. */
  #isEnd(closing: string): boolean {
    do this.#skipVoid();
    while (this.#skip(/,/y));
    if (this.text[this.#at] !== closing && this.#at < this.text.length) return false;
    this.#at++;
    return true;
  }

  /** `a . "b c".d` */
  #names(): string[] {
    const names: string[] = [];
    do {
      this.#skip(/[ \t]*/y);
      const start = this.#at;
      const isQuoted = this.#string();
      if (!isQuoted) this.#skip(/[A-Za-z0-9_-]+/y);
      const raw = this.text.slice(start, this.#at);
      names.push(isQuoted ? this.unquote(raw) : raw);
      this.#skip(/[ \t]*/y);
    } while (this.#skip(/\./y));
    return names;
  }

  /** The three quotes at an end may have one or two of the text before them. */
  #string(): boolean {
    return (
      this.#skip(/"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*"{3,5}/y) ||
      this.#skip(/'''(?:[^']|'{1,2}(?!'))*'{3,5}/y) ||
      this.#skip(/"(?:[^"\\\n]|\\.)*"/y) ||
      this.#skip(/'[^'\n]*'/y)
    );
  }

  #skipVoid(): void {
    while (this.#skip(/\s+/y) || this.#skip(/#[^\n]*/y));
  }

  /** @returns false when nothing was there. */
  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.text) ?? [];
    this.#at += found.length;
    return found !== '';
  }
}
