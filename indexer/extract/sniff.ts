/**
 * What kind of text this is, by its first kilobyte. Asked only when the extension does not tell.
 * The answer is the id of an extractor and, where content tells more than the name can, a media type.
 */

export interface Sniffed {
  readonly id: 'html' | 'xml' | 'man' | 'text';
  readonly type?: string;
}

const HTML = /^\s*<(?:[^>]*>\s*<){0,8}(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>])/i;
const XML = /^\s*<(?:\?xml\s|svg[\s>])/i;
const ROFF = /^\s*(?:\.\\"|'\\"|\.(?:TH|Dd|SH|Sh|so|de|ig|nr|ds|if|ie|mso)[ \t\n])/;
const SHEBANG = /^#![ \t]*(?:\/[^\s/]+)*\/([^\s/]+)(?:[ \t]+(?:-S[ \t]+)?([\w.+-]+))?/;

const INTERPRETERS: ReadonlyMap<string, string> = new Map([
  ['awk', 'text/x-awk'],
  ['lua', 'text/x-lua'],
  ['node', 'text/javascript'],
  ['perl', 'application/x-perl'],
  ['php', 'application/x-httpd-php'],
  ['python', 'text/x-python'],
  ['ruby', 'text/x-ruby'],
  ['sh', 'application/x-sh'],
  ['bash', 'application/x-sh'],
  ['dash', 'application/x-sh'],
  ['ksh', 'application/x-sh'],
  ['zsh', 'application/x-sh'],
  ['tclsh', 'application/x-tcl'],
]);

export function sniffText(bytes: Buffer): Sniffed {
  const head = bytes.toString('latin1', 0, Math.min(bytes.length, 1024));
  if (ROFF.test(head)) return { id: 'man' };
  if (HTML.test(head)) return { id: 'html', type: 'text/html' };
  if (XML.test(head)) return { id: 'xml' };
  const type = head.startsWith('#!') ? scriptType(head) : undefined;
  return type === undefined ? { id: 'text' } : { id: 'text', type };
}

/** `#!/usr/bin/env python3.11 -u` and `#!/usr/bin/python3` → text/x-python. */
function scriptType(head: string): string | undefined {
  const [, program, argument] = SHEBANG.exec(head) ?? [];
  const interpreter = program === 'env' ? argument : program;
  return INTERPRETERS.get(interpreter?.replace(/[\d.]+$/, '') ?? '');
}
