/**
 * The language of a script, by its first line. Asked only when neither the extension nor the content tells a format.
 */

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

/**
 * `#!/usr/bin/env python3.11 -u` and `#!/usr/bin/python3` → text/x-python.
 * @returns undefined for what is no known script.
 */
export function scriptType(head: string): string | undefined {
  const [, program, argument] = SHEBANG.exec(head) ?? [];
  const interpreter = program === 'env' ? argument : program;
  return INTERPRETERS.get(interpreter?.replace(/[\d.]+$/, '') ?? '');
}
