/**
 * Escapes of roff in running text: fonts, sizes and motions are dropped, characters are put in. Called by man.ts, line
 * by line.
 * @see groff_char(7) for the names, groff(7) for the forms: `\(xx`, `\[name]`, `\*x`, `\f(CW`, `\s-2`, `\h'1m'`.
 */

/** Every branch is bounded, so that a line of a million open brackets stays linear. */
const ESCAPE = new RegExp(
  [
    String.raw`\\(?:["#].*`, // comment to the end of the line
    String.raw`[fFmMkYVgn*][+-]?(?:\[[^\]]{0,60}\]|\(..|.)`, // font, colour, register, string
    String.raw`s(?:\[[^\]]{0,60}\]|'[^']{0,60}'|[+-]?\(..|[+-]\d|[1-3]\d|\d)`, // size
    "[hvwlLDboXxSHNRAZB]'[^']{0,200}'", // motions and drawing
    String.raw`\[[^\]]{0,60}\]|\(..`, // characters by name
    '.|$)',
  ].join('|'),
  'g',
);

const SIMPLE = pairs("- - e \\ \\ \\ ' ' ` ` . .").set(' ', ' ').set('~', ' ').set('0', ' ').set('t', ' ');

const SPECIAL = pairs(
  `aq ' dq " lq “ rq ” oq ‘ cq ’ Bq „ bq ‚ Fo « Fc » fo ‹ fc › em — en – hy - mi - - - ha ^ ti ~ rs \\ sl / ul _ ru _ ga \` aa ´
   at @ sh # Do $ bv | ba | br | lB [ rB ] lC { rC } la ⟨ ra ⟩ bu • ci ○ sq □ dg † dd ‡ ps ¶ sc § co © rg ® tm ™ de ° %0 ‰
   mu × di ÷ pl + eq = +- ± <= ≤ >= ≥ != ≠ == ≡ ~~ ≈ if ∞ ** ∗ -> → <- ← ua ↑ da ↓ 12 ½ 14 ¼ 34 ¾ Eu € eu € Po £ Ye ¥ ct ¢
   ss ß ae æ AE Æ oe œ OE Œ /o ø /O Ø /l ł /L Ł oa å oA Å ,c ç ,C Ç r! ¡ r? ¿ -D Ð Sd ð Tp þ TP Þ .i ı ff ff fi fi fl fl
   *a α *b β *g γ *d δ *e ε *l λ *m μ *p π *s σ *w ω *D Δ *W Ω`,
);

/** Strings that man pages define or take for granted. Others change the font, or only their page knows them. */
const STRINGS = pairs("Aq ' lq “ rq ” Lq “ Rq ” -- —");

/** `\(:a` and `\[:a]`: the mark, then the letter. */
const ACCENTS = pairs("' \u0301 ` \u0300 ^ \u0302 : \u0308 ~ \u0303 v \u030c , \u0327");

/** One line of text, or one argument of a macro, as a reader sees it. */
export function unescapeRoff(text: string): string {
  return text.includes('\\') ? text.replace(ESCAPE, readable) : text;
}

function readable(sequence: string): string {
  const kind = sequence[1];
  if (kind === '(') return special(sequence.slice(2));
  if (kind === '[') return special(sequence.slice(2, -1));
  if (kind === '*') return STRINGS.get(sequence.slice(2).replace(/^[([]|\]$/g, '')) ?? '';
  return SIMPLE.get(sequence.slice(1)) ?? '';
}

function special(name: string): string {
  const known = SPECIAL.get(name);
  if (known !== undefined) return known;
  const code = /^u([0-9A-Fa-f]{4,6})$/.exec(name)?.[1];
  if (code !== undefined) return fromCodePoint(Number.parseInt(code, 16));
  const accent = ACCENTS.get(name[0] ?? '');
  return accent !== undefined && name.length === 2 ? `${name[1]}${accent}`.normalize('NFC') : '';
}

function fromCodePoint(code: number): string {
  return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : '';
}

/** 'a 1 b 2' → a=1, b=2. */
function pairs(list: string): Map<string, string> {
  const words = list.trim().split(/\s+/);
  return new Map(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] as string] as const] : [])));
}
