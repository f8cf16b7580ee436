/** What is done with a file that was chosen: which program, with what, and whether it needs the terminal. Pure. */
import { isUtf8Path } from '../../shared/path-text.js';
import { splitPath } from '../../shared/paths.js';
import { fileUrl } from '../print/file-url.js';

export type Action =
  | { readonly kind: 'run'; readonly commands: readonly Command[]; readonly needsTerminal: boolean }
  | { readonly kind: 'say'; readonly text: string };

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

interface Chosen {
  readonly path: Buffer;
  readonly type: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** With a desktop the program that it has for such files, else an editor or pager in this terminal. */
export function openAction({ path, type }: Chosen, env: Env): Action {
  if (hasDesktop(env))
    return { kind: 'run', commands: [{ program: 'xdg-open', args: [fileUrl(path)] }], needsTerminal: false };
  if (!isText(type)) return say('there is no desktop here to open it with; ^Y copies its path');
  if (!isUtf8Path(path)) return say('its name is not UTF-8, which no editor could be given; ^Y copies its path');
  const editor = env.VISUAL || env.EDITOR || 'less';
  // As git does: what is configured may have arguments of its own.
  const args = ['-c', `exec ${editor} "$1"`, 'sh', path.toString()];
  return { kind: 'run', commands: [{ program: 'sh', args }], needsTerminal: true };
}

/** The file manager shows it among its neighbours; one that cannot do that shows the folder. */
export function revealAction({ path }: Pick<Chosen, 'path'>, env: Env): Action {
  if (!hasDesktop(env)) return say('there is no desktop here to show it in; ^Y copies its path');
  const service = ['--dest=org.freedesktop.FileManager1', '/org/freedesktop/FileManager1'];
  const items = ['org.freedesktop.FileManager1.ShowItems', `array:string:${fileUrl(path)}`, 'string:'];
  const commands = [
    { program: 'dbus-send', args: ['--session', '--print-reply', ...service, ...items] },
    { program: 'xdg-open', args: [fileUrl(splitPath(path).directory)] },
  ];
  return { kind: 'run', commands, needsTerminal: false };
}

/** OSC 52: the terminal puts it where it pastes from, also that at the other end of ssh. */
export function copySequence(path: Buffer): string {
  return `\x1b]52;c;${path.toString('base64')}\x07`;
}

function hasDesktop({ DISPLAY, WAYLAND_DISPLAY }: Env): boolean {
  return Boolean(DISPLAY || WAYLAND_DISPLAY);
}

function isText(type: string): boolean {
  return /^text\/|[/+](?:json|xml|javascript|yaml|toml|x-sh)\b/.test(type);
}

function say(text: string): Action {
  return { kind: 'say', text };
}
