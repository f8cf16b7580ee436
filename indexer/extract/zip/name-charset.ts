/**
 * In which code page the names of a zip archive are that are no UTF-8: the format says that of DOS, programs write that of
 * their country. Told for all names of an archive at once, and only for scripts that cannot be mistaken for another. Pure.
 */
const NOT_ASCII = /[^\x00-\x7f]/gu;
const JAPANESE = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー\u3000-\u301f\uff01-\uff5e]/u;
/** Japanese of half width: what any bytes may be taken for. */
const HALF_WIDTH = /[\uff61-\uff9f]/u;
/** Letters of Russian in a row, in its code page of DOS; in others these are letters that do not stand side by side. */
const RUSSIAN_WORD = /[\x80-\xaf\xe0-\xf1]{3}/;
/** Beside letters it has frames there, which nobody writes into a name. */
const NOT_RUSSIAN = /[\xb0-\xdf\xf2-\xfb\xfd-\xff]/;

/** @returns undefined for that of DOS. */
export function nameCharset(names: readonly Buffer[]): string | undefined {
  const all = Buffer.concat(names.flatMap((name) => [name, Buffer.from('\n')]));
  if (isJapanese(all)) return 'shift_jis';
  const latin1 = all.toString('latin1');
  return RUSSIAN_WORD.test(latin1) && !NOT_RUSSIAN.test(latin1) ? 'ibm866' : undefined;
}

function isJapanese(all: Buffer): boolean {
  try {
    const letters = new TextDecoder('shift_jis', { fatal: true }).decode(all).match(NOT_ASCII) ?? [];
    return letters.length > 1 && letters.every((letter) => JAPANESE.test(letter) && !HALF_WIDTH.test(letter));
  } catch {
    return false;
  }
}
