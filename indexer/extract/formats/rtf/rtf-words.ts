/** What the control words of RTF mean, as far as text goes. Data only. */

/** Groups whose text is none of the document. */
export const SKIPPED: ReadonlySet<string> = new Set(
  'colortbl stylesheet pict objdata themedata colorschememapping latentstyles datastore generator xmlnstbl listtable listoverridetable rsidtbl revtbl filetbl fldinst sp shprslt nonshppict pntext listtext falt panose do bkmkstart bkmkend tc xe atnid atnauthor atndate'.split(
    ' ',
  ),
);

/** Groups that are known though they are marked as to be skipped by whom does not know them. */
export const KNOWN_STARRED: ReadonlySet<string> = new Set(['annotation', 'shpinst', 'shptxt', 'footnote', 'ud']);

/** Groups whose text comes after that of the body. */
export const ASIDES: ReadonlySet<string> = new Set(
  'footnote annotation shptxt header headerl headerr headerf footer footerl footerr footerf'.split(' '),
);

/** Groups of `\info` whose text is kept. */
export const INFO: ReadonlySet<string> = new Set(['title', 'author', 'keywords', 'subject', 'doccomm']);

export const LINES: ReadonlySet<string> = new Set(['par', 'line', 'sect', 'page', 'row', 'nestrow', 'column']);
export const SPACES: ReadonlySet<string> = new Set(['tab', 'cell', 'nestcell', 'emspace', 'enspace', 'qmspace']);

export const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ['emdash', '—'],
  ['endash', '–'],
  ['ldblquote', '“'],
  ['rdblquote', '”'],
  ['lquote', '‘'],
  ['rquote', '’'],
  ['bullet', '•'],
  ['~', ' '],
  ['_', '-'],
  ['\\', '\\'],
  ['{', '{'],
  ['}', '}'],
]);

/** Words that name the encoding of a document → encoding. */
export const OF_SYSTEMS: ReadonlyMap<string, string> = new Map([
  ['mac', 'macintosh'],
  ['pc', 'cp437'],
  ['pca', 'cp850'],
]);

/** `\fcharset` → encoding. */
export const CHARSETS: ReadonlyMap<number, string> = new Map([
  [77, 'macintosh'],
  [128, 'shift_jis'],
  [129, 'euc-kr'],
  [134, 'gbk'],
  [136, 'big5'],
  [161, 'windows-1253'],
  [162, 'windows-1254'],
  [163, 'windows-1258'],
  [177, 'windows-1255'],
  [178, 'windows-1256'],
  [186, 'windows-1257'],
  [204, 'windows-1251'],
  [222, 'windows-874'],
  [238, 'windows-1250'],
]);

/** `\ansicpg` → encoding. */
export function encodingOfPage(page: number): string {
  const known = new Map([
    [437, 'cp437'],
    [850, 'cp850'],
    [866, 'ibm866'],
    [932, 'shift_jis'],
    [936, 'gbk'],
    [949, 'euc-kr'],
    [950, 'big5'],
    [874, 'windows-874'],
    [10000, 'macintosh'],
    [65001, 'utf-8'],
  ]).get(page);
  return known ?? (page >= 1250 && page <= 1258 ? `windows-${page}` : 'windows-1252');
}
