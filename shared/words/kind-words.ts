/**
 * What people call files of a kind, whatever is in them: `photo rome`, `slides quarterly numbers`. Such a word finds all
 * files of its kind. Only of kinds that do not show their words as text does. Pure.
 */

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^image\/(?:jpeg|heic|heif|avif|tiff)$/, 'photo picture image'],
  [/^image\//, 'picture image'],
  [/^audio\//, 'music song audio'],
  [/^video\//, 'video film movie'],
  [/presentation|powerpoint/, 'slides presentation'],
  [/spreadsheet|ms-excel/, 'spreadsheet'],
  [/^application\/(?:epub\+zip|x-fictionbook\+xml)$/, 'book ebook'],
  [/^application\/x-ipynb/, 'notebook'],
  [/^application\/x-subrip$|^text\/vtt$/, 'subtitles'],
  [/^message\/rfc822$/, 'mail email'],
  [/^text\/vcard$/, 'contact'],
  [/^text\/calendar$/, 'calendar'],
];

/** @param type  media type. */
export function kindWords(type: string): string {
  return KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? '';
}
