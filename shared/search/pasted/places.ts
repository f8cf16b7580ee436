/**
 * Places in files, as compilers, linters, stack traces, editors and web pages write them: a path, and a line. Pure.
 *
 *   src/a.c:12:5   a.ts(7,2)   File "a.py", line 3   a.pl line 3.   a.php on line 3   a.cs:line 3   blob/main/a.go#L7-L9
 */

export interface FilePlace {
  /** As it stands, without quotes and the host of a URL. */
  readonly path: string;
  readonly line: number;
  readonly column?: number;
  /** Where it stands in the text, with its line. */
  readonly start: number;
  readonly end: number;
}

/** Longer names are no names of files. */
const MOST = 1024;
/** No blanks, and no sign that ends a path in what tools print. */
const PATH_CHARACTER = '[^\\s:"\'`()<>|,;=*?\\0-\\x1f]';
const PATH = `(?:(?:[A-Za-z][\\w+.-]{1,20}://(?:[\\w.-]*(?::\\d+)?(?=/))?)|[A-Za-z]:(?=[\\\\/]))?${PATH_CHARACTER}{1,${MOST}}`;
const QUOTED = `"([^"\\n]{1,${MOST}})"|'([^'\\n]{1,${MOST}})'`;

const LINE = [
  ':(\\d{1,7})(?:[:.](\\d{1,5}))?(?![\\w/])',
  '\\((\\d{1,7})(?:, ?(\\d{1,5}))?\\)',
  ',? ?(?:on |at |: ?)?line:? (\\d{1,7})(?:,? (?:col(?:umn)?|characters?) (\\d{1,5}))?(?!\\w)',
  '#L?(\\d{1,7})(?:C(\\d{1,5}))?(?!\\w)',
  '\\|(\\d{1,7})(?: col (\\d{1,5}))?\\|',
  ' (\\d{1,7}):(\\d{1,5})(?!\\S)',
  '\\},\\{line,(\\d{1,7})(\\d{1,5})?\\}',
].join('|');

const QUOTED_PLACE = new RegExp(`(?:${QUOTED})(?:${LINE})`, 'g');
const PLAIN_PLACE = new RegExp(`(?<![^\\s"'\`()<>|,;=*?:@])()(${PATH})(?:${LINE})`, 'g');
/** com.example.Tool.run(Tool.java:12) */
/** A module, or a loader, may stand before it. */
const JVM =
  /(?<![\w$./@-])(?:[\w.@-]{1,100}\/\/?)?([\w$]+(?:\.[\w$]+)*)\.[\w$<>]+\(([\w$-]+\.(?:java|kt|kts|scala|groovy|clj)):(\d{1,7})\)/g;

/** What has lines: a name with an ending, a path, or a file that is always called so. */
const FILE = /(?:[^/\\.]\.\w{1,14}|[/\\][^/\\]+|(?:^|[/\\])(?:Make|Docker|Rake|Gem|Jenkins|Vagrant|Proc)file)$/u;
const NUMBER = /^[\d.]+$/;

/** In the order of the text; none within another. */
export function placesIn(text: string): FilePlace[] {
  const found = [
    ...Array.from(text.matchAll(JVM), ofClass),
    ...Array.from(text.matchAll(QUOTED_PLACE), ofMatch),
    ...Array.from(text.matchAll(PLAIN_PLACE), ofMatch),
  ].filter(({ path, line }) => FILE.test(path) && !NUMBER.test(path) && !path.includes('://') && line > 0);
  const kept: FilePlace[] = [];
  for (const one of found) if (!kept.some((other) => one.start < other.end && other.start < one.end)) kept.push(one);
  return kept.sort((a, b) => a.start - b.start);
}

function ofMatch(match: RegExpExecArray): FilePlace {
  const [whole, first, second, ...numbers] = match;
  const [line, column] = numbers.filter((number) => number !== undefined).map(Number);
  const path = (first || second || '').replace(/^\w[\w+.-]*:\/\/[^/]*(?=\/)/, '');
  return {
    path,
    line: line as number,
    ...(column === undefined ? {} : { column }),
    start: match.index,
    end: match.index + whole.length,
  };
}

/** The folders of a class are its packages. */
function ofClass(match: RegExpExecArray): FilePlace {
  const [whole, name = '', file = '', line] = match;
  const folders = name.split('.').slice(0, -1);
  return {
    path: [...folders, file].join('/'),
    line: Number(line),
    start: match.index,
    end: match.index + whole.length,
  };
}
