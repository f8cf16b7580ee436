/** The header of a message, as far as it tells whether this is one and what it is called. Pure. */

const MAX_BYTES = 65_536;
const FIELD = /^([!-9;-~]{1,76}):[ \t]*(.*)$/;
/** A letter has one of these, and says whom it is from. */
const TELLING = ['to', 'date', 'subject', 'received', 'message-id', 'newsgroups'];

export interface Headers {
  /** The first value of each field, by its name in lower case, unfolded and not decoded. */
  readonly values: ReadonlyMap<string, string>;
  /** Where the text begins. */
  readonly bodyFrom: number;
}

export function readHeaders(bytes: Buffer): Headers {
  const values = new Map<string, string>();
  const end = Math.min(bytes.length, MAX_BYTES);
  let name = '';
  let at = 0;
  while (at < end) {
    const lineEnd = bytes.indexOf(0x0a, at);
    const next = lineEnd < 0 ? bytes.length : lineEnd + 1;
    const line = bytes.toString('utf8', at, Math.min(next, end)).trimEnd();
    at = next;
    if (line === '') break;
    name = addLine(values, line, name);
  }
  return { values, bodyFrom: at };
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
    if (value !== undefined) values.set(name, value + line);
    return name;
  }
  const [, field = '', value = ''] = FIELD.exec(line) ?? [];
  const key = field.toLowerCase();
  if (key === '' || values.has(key)) return '';
  values.set(key, value);
  return key;
}
