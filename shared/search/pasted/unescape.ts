/** The ways in which shells, browsers and find-text itself write a path that holds odd characters. Pure. */

const NAMED: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  v: '\v',
};
/** As find-text shows them, and `$'…'` of bash. */
const ESCAPE = /\\(?:x([0-9a-f]{1,2})|u\{?([0-9a-f]{1,6})\}?|([0-7]{3})|(.))/gis;

/** @returns the text as it stands first, then as it may be meant; none twice. */
export function spellings(text: string): string[] {
  const bare = withoutQuotes(text);
  const isAnsi = /^\$'/.test(text);
  const all = [
    ...(isAnsi ? [] : [text, bare]),
    ...(bare.includes('\\') ? [unescaped(bare, isAnsi)] : []),
    ...(bare.includes('\\') && !isAnsi ? [unescaped(bare, true)] : []),
    ...(isAnsi ? [] : [shellWord(text)]),
    ...(isAnsi ? [bare] : []),
    withoutEnd(bare),
  ];
  return [...new Set(all)];
}

/** `%20` of a URL; a text with other signs of percent stays as it is. */
export function decodedUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return Buffer.from(
      text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString('utf8');
  }
}

const PAIRS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '<': '>',
  '(': ')',
  '[': ']',
  '“': '”',
  '‘': '’',
  '«': '»',
};

function withoutQuotes(text: string): string {
  const ansi = /^\$'(.*)'$/s.exec(text);
  if (ansi) return ansi[1] as string;
  return text.length > 2 && PAIRS[text[0] as string] === text.at(-1) ? text.slice(1, -1) : text;
}

/** Quoted in parts: `'it'\\''s'` */
function shellWord(text: string): string {
  return text.replace(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs,
    (_, single?: string, double?: string, escaped?: string) => {
      return single ?? double?.replace(/\\(.)/gs, '$1') ?? escaped ?? '';
    },
  );
}

/** What ends a sentence, not a path. */
function withoutEnd(text: string): string {
  return text.replace(/[.,;:!?)\]}>'"]+$/, '');
}

/** @param isAnsi  letters behind a backslash have a meaning. */
function unescaped(text: string, isAnsi: boolean): string {
  if (!isAnsi) return text.replace(/\\(.)/gs, '$1');
  const bytes: number[] = [];
  let done = 0;
  for (const match of text.matchAll(ESCAPE)) {
    bytes.push(...Buffer.from(text.slice(done, match.index)), ...meant(match));
    done = match.index + match[0].length;
  }
  return Buffer.from([...bytes, ...Buffer.from(text.slice(done))]).toString('utf8');
}

function meant([, hex, code, octal, letter = '']: RegExpExecArray): Iterable<number> {
  if (hex !== undefined) return [Number.parseInt(hex, 16)];
  if (octal !== undefined) return [Number.parseInt(octal, 8) & 0xff];
  if (code === undefined) return Buffer.from(NAMED[letter] ?? letter);
  const point = Number.parseInt(code, 16);
  return Buffer.from(point <= 0x10ffff ? String.fromCodePoint(point) : '');
}
