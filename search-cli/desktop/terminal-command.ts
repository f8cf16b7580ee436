/** Which terminal of this machine runs a program. Each takes it in its own way, as arguments of their own: no shell reads them. */
import { accessSync, constants, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { orUndefined } from '../../shared/errors.js';
import type { Command } from '../live/act.js';

/** What the desktop chose first. */
const TERMINALS: readonly (readonly [program: string, ...before: string[]])[] = [
  ['xdg-terminal-exec'],
  ['x-terminal-emulator', '-e'],
  ['ptyxis', '--'],
  ['kgx', '--'],
  ['gnome-terminal', '--'],
  ['konsole', '-e'],
  ['xfce4-terminal', '-x'],
  ['mate-terminal', '-x'],
  ['foot'],
  ['alacritty', '-e'],
  ['kitty'],
  ['xterm', '-e'],
];

/** @returns undefined: none is on the PATH. */
export function terminalCommand(argv: readonly string[], path = ''): Command | undefined {
  const folders = path.split(':').filter(isAbsolute);
  const found = TERMINALS.find(([program]) => folders.some((folder) => isProgram(join(folder, program))));
  if (!found) return undefined;
  const [program, ...before] = found;
  return { program, args: [...before, ...argv] };
}

function isProgram(file: string): boolean {
  const isExecutable = () => accessSync(file, constants.X_OK) ?? statSync(file).isFile();
  return orUndefined(isExecutable) ?? false;
}
