/** The header of a message, as far as it tells whether this is one and what it is called. Pure. */

/** Of the value of a field. */
const MAX_VALUE = 16_384;
const MAX_LINE_BYTES = 4 * MAX_VALUE;
/** Of 16 MB in lines as programs fold them there are half as many. */
const MAX_LINES = 500_000;
const FIELD = /^([!-9;-~]{1,76}):[ \t]*(.*)$/s;
/** A letter has one of these, and says whom it is from. */
const TELLING = ['to', 'date', 'subject', 'received', 'message-id', 'newsgroups'];
const SHOWN = ['from', 'to', 'cc', 'bcc', 'subject'];
const CONTENT = ['mime-version', 'content-type', 'content-transfer-encoding', 'content-disposition'];
const KEPT: ReadonlySet<string> = new Set([...SHOWN, ...TELLING, ...CONTENT, 'x-mozilla-status']);

export interface Headers {
  /** The first value of each field that counts, by its name in lower case, unfolded and not decoded. */
  readonly values: ReadonlyMap<string, string>;
  /** Where the text begins. */
  readonly bodyFrom: number;
  /** Something that is shown is longer, or there are more lines. */
  readonly isCut: boolean;
}

export function readHeaders(bytes: Buffer): Headers {
  const values = new Map<string, string>();
  let name = '';
  let at = 0;
  let lines = 0;
  for (; at < bytes.length && lines < MAX_LINES; lines++) {
    const lineEnd = bytes.indexOf(0x0a, at);
    const next = lineEnd < 0 ? bytes.length : lineEnd + 1;
    const line = bytes.toString('utf8', at, Math.min(next, at + MAX_LINE_BYTES)).trimEnd();
    at = next;
    if (line === '') break;
    name = addLine(values, line, name);
  }
  const isCut = lines === MAX_LINES || SHOWN.some((field) => (values.get(field)?.length ?? 0) > MAX_VALUE);
  return { values: new Map([...values].map(([key, value]) => [key, value.slice(0, MAX_VALUE)])), bodyFrom: at, isCut };
}

/** The header that says as much. */
export function headerOf({ values }: Headers): Buffer {
  return Buffer.from([...values].map(([name, value]) => `${name}: ${value}\n`).join(''));
}

/** Has it the fields of a message at its beginning? */
export function isMessage(bytes: Buffer): boolean {
  if (!FIELD.test(bytes.toString('latin1', 0, Math.min(bytes.length, 1000)).split(/\r?\n/, 1)[0] as string))
    return false;
  const { values } = readHeaders(bytes);
  return values.has('from') && TELLING.filter((field) => values.has(field)).length > 1;
}

/** @returns the field that a folded line goes on. */
function addLine(values: Map<string, string>, line: string, name: string): string {
  if (/^[ \t]/.test(line)) {
    const value = values.get(name);
    if (value !== undefined && value.length <= MAX_VALUE) values.set(name, value + line);
    return name;
  }
  const [, field = '', value = ''] = FIELD.exec(line) ?? [];
  const key = field.toLowerCase();
  if (!KEPT.has(key) || values.has(key)) return '';
  values.set(key, value);
  return key;
}
