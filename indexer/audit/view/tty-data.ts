/**
 * What was typed at a terminal (data= of TTY and USER_TTY) as people read it: '"ls -l",<ret>,<up>,<^C>'.
 * Key sequences are those of the Linux console, xterm and vt220 (terminfo).
 */

const CONTROLS: Readonly<Record<string, string>> = {
  '\b': 'backspace',
  '\t': 'tab',
  '\n': 'nl',
  '\r': 'ret',
  '\x1b': 'esc',
  '\x7f': 'backspace',
};

/** After escape. */
const SEQUENCES: Readonly<Record<string, string>> = {
  ...keys('[A up [B down [C right [D left OA up OB down OC right OD left [H home [F end OH home OF end [Z back-tab'),
  ...keys('[1~ home [2~ insert [3~ delete [4~ end [5~ page-up [6~ page-down [7~ home [8~ end'),
  ...keys('[11~ F1 [12~ F2 [13~ F3 [14~ F4 OP F1 OQ F2 OR F3 OS F4 [[A F1 [[B F2 [[C F3 [[D F4 [[E F5'),
  ...keys('[15~ F5 [17~ F6 [18~ F7 [19~ F8 [20~ F9 [21~ F10 [23~ F11 [24~ F12'),
};

const SEQUENCE = /^\x1b(\[\[[A-E]|\[\d{1,2}~|[[O][A-Z])/;
/** Controls with a letter; NUL and 1c to 1f have none and are text. */
const LETTERED = /[\x01-\x1a]/;

export function ttyData(bytes: Buffer): string {
  const parts: string[] = [];
  let text = '';
  const rest = bytes.toString('utf8');
  for (let at = 0; at < rest.length; ) {
    const [length, key] = keyAt(rest, at);
    if (key === undefined) text += quoted(rest[at] as string);
    else {
      if (text !== '') parts.push(`"${text}"`);
      text = '';
      parts.push(`<${key}>`);
    }
    at += length;
  }
  if (text !== '') parts.push(`"${text}"`);
  return parts.join(',');
}

function keyAt(text: string, at: number): readonly [length: number, key?: string] {
  const char = text[at] as string;
  const sequence = char === '\x1b' ? SEQUENCE.exec(text.slice(at, at + 6))?.[1] : undefined;
  const key = sequence === undefined ? undefined : SEQUENCES[sequence];
  if (sequence !== undefined && key !== undefined) return [sequence.length + 1, key];
  if (Object.hasOwn(CONTROLS, char)) return [1, CONTROLS[char] as string];
  return LETTERED.test(char) ? [1, `^${String.fromCharCode(char.charCodeAt(0) + 0x40)}`] : [1];
}

function quoted(char: string): string {
  if (char === '"' || char === '\\') return `\\${char}`;
  return char < ' ' ? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}` : char;
}

function keys(text: string): Record<string, string> {
  return Object.fromEntries(Array.from(text.matchAll(/(\S+) (\S+)/g), ([, sequence, key]) => [sequence, key]));
}
