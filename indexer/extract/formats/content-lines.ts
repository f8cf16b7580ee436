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

const LINE = /^(?:[\w-]{1,60}\.)?([\w-]{1,60})((?:;(?:"[^"\n]*"|[^":;\n])*)*):(.*)$/;

export function contentLines(text: string): ContentLine[] {
  return unfolded(text).flatMap((line) => {
    const [, name, parameters = '', value = ''] = LINE.exec(line) ?? [];
    if (name === undefined) return [];
    return [{ name: name.toUpperCase(), parameters, value: plain(value, parameters) }];
  });
}

/** A line that begins with a blank belongs to the one before; in old vCards one that follows a `=` at the end. */
function unfolded(text: string): string[] {
  const lines: string[][] = [];
  let isOpen = false;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const last = lines.at(-1);
    if (last && (isOpen || /^[ \t]/.test(line))) last.push(isOpen ? line : line.slice(1));
    else lines.push([line]);
    isOpen = line.endsWith('=') && /QUOTED-PRINTABLE/i.test(lines.at(-1)?.[0] ?? '');
    if (isOpen) lines.at(-1)?.push(lines.at(-1)?.pop()?.slice(0, -1) ?? '');
  }
  return lines.map((parts) => parts.join(''));
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', N: '\n' };

function plain(value: string, parameters: string): string {
  const decoded = /QUOTED-PRINTABLE/i.test(parameters) ? fromQuotedPrintable(value) : value;
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
