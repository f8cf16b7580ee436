/**
 * Lines of vCard and iCalendar: `NAME;PARAMETER=x:value`, of which one may go on in the next lines. Pure. Used by
 * cards.ts.
 */
export interface ContentLine {
  /** In capitals, without the group before the dot. */
  readonly name: string;
  readonly parameters: string;
  readonly value: string;
}

const NAME = /^(?:[\w-]{1,60}\.)?([\w-]{1,60})(?=[;:])/;
const ENCODED = /QUOTED-PRINTABLE/i;
/** Of the parameters of a line. */
const MAX_PARAMETERS = 10_000;

/** One after the other: a file may have millions. */
export function* contentLines(text: string): Generator<ContentLine> {
  for (const line of unfolded(text)) {
    const [named = '', name] = NAME.exec(line) ?? [];
    const colon = name === undefined ? -1 : colonOf(line, named.length);
    if (name === undefined || colon < 0) continue;
    const parameters = line.slice(named.length, Math.min(colon, named.length + MAX_PARAMETERS));
    yield { name: name.toUpperCase(), parameters, value: plain(line.slice(colon + 1), parameters) };
  }
}

/** Where the value begins: a colon in quotation marks is one of a parameter. */
function colonOf(line: string, from: number): number {
  let isQuoted = false;
  for (let at = from; at < line.length; at++) {
    const letter = line[at];
    if (letter === '"') isQuoted = !isQuoted;
    else if (letter === ':' && !isQuoted) return at;
  }
  return -1;
}

/** A line that begins with a blank belongs to the one before; in old vCards one that follows a `=` at the end. */
function* unfolded(text: string): Generator<string> {
  let parts: string[] = [];
  let isOpen = false;
  for (const line of linesOf(text)) {
    const isFolded: boolean = parts.length > 0 && (isOpen || /^[ \t]/.test(line));
    const more: string = isFolded && !isOpen ? line.slice(1) : line;
    if (!isFolded) {
      if (parts.length > 0) yield parts.join('');
      parts = [];
    }
    isOpen = line.endsWith('=') && ENCODED.test(parts[0] ?? more);
    parts.push(isOpen ? more.slice(0, -1) : more);
  }
  if (parts.length > 0) yield parts.join('');
}

function* linesOf(text: string): Generator<string> {
  for (let from = 0; from <= text.length; ) {
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end < 0 ? text.length : end);
    yield* line.endsWith('\r') ? [line.slice(0, -1)] : line.includes('\r') ? line.split('\r') : [line];
    if (end < 0) return;
    from = end + 1;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', N: '\n' };

function plain(value: string, parameters: string): string {
  const decoded = ENCODED.test(parameters) ? fromQuotedPrintable(value) : value;
  return decoded.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

function fromQuotedPrintable(value: string): string {
  const latin1 = Buffer.from(value).toString('latin1');
  const bytes = latin1.replace(/=([\dA-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

/** `CN="Ann Bee"` → 'Ann Bee'. */
export function parameterOf(line: ContentLine, name: string): string {
  const [, quoted, bare] = new RegExp(`;${name}=(?:"([^"]*)"|([^;:]*))`, 'i').exec(line.parameters) ?? [];
  return quoted ?? bare ?? '';
}
