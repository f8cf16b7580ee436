/** What is done with a file that was chosen: which program, with what, and whether it needs the terminal. */
import { isUtf8Path } from '../../shared/path-text.js';
import { splitPath } from '../../shared/paths.js';
import { fileUrl } from '../print/file-url.js';
import { defaultApplication } from './run-program.js';
import { commandAt, lineArgument, type Place } from './viewers.js';

export type Action =
  | { readonly kind: 'run'; readonly commands: readonly Command[]; readonly needsTerminal: boolean }
  | { readonly kind: 'say'; readonly text: string };

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

interface Chosen extends Place {
  readonly path: Buffer;
  readonly type: string;
  /** The hit is a document in the file, of that type: the file itself is opened. */
  readonly isInner?: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Opened where the hit is, if that is further on than the beginning and the program of the desktop can do that. */
export async function openThere(chosen: Chosen, env: Env): Promise<Action> {
  return openAction(chosen, env, hasDesktop(env) ? await applicationThere(chosen) : undefined);
}

/** The same for who is asked by a desktop. @returns the first that works is to be run. */
export async function openOnDesktop(chosen: Chosen): Promise<readonly Command[]> {
  return desktopCommands(chosen, await applicationThere(chosen));
}

/** undefined: it is not needed, or not known. */
async function applicationThere({ type, page, line, isInner }: Chosen): Promise<string | undefined> {
  const isFurtherOn = !isInner && (page ?? line ?? 1) > 1;
  return isFurtherOn ? await defaultApplication(type) : undefined;
}

/**
 * With a desktop the program that it has for such files, else an editor or pager in this terminal.
 * @param application  of the desktop: the entry of that program, where it is known.
 */
export function openAction(chosen: Chosen, env: Env, application?: string): Action {
  if (!hasDesktop(env)) return openInTerminal(chosen, env);
  return { kind: 'run', commands: desktopCommands(chosen, application), needsTerminal: false };
}

function desktopCommands(chosen: Chosen, application: string | undefined): readonly Command[] {
  const { path } = chosen;
  const there = application === undefined ? undefined : commandAt(application, path, chosen);
  return [...(there ? [there] : []), { program: 'xdg-open', args: [fileUrl(path)] }];
}

function openInTerminal({ path, type, line, isInner }: Chosen, env: Env): Action {
  if (isInner || !isText(type)) return say('there is no desktop here to open it with; ^Y copies its path');
  if (!isUtf8Path(path)) return say('its name is not UTF-8, which no editor could be given; ^Y copies its path');
  const editor = env.VISUAL || env.EDITOR || 'less';
  // As git does: what is configured may have arguments of its own.
  const args = ['-c', `exec ${[editor, ...lineArgument(editor, line)].join(' ')} "$1"`, 'sh', path.toString()];
  return { kind: 'run', commands: [{ program: 'sh', args }], needsTerminal: true };
}

export function revealAction({ path }: Pick<Chosen, 'path'>, env: Env): Action {
  if (!hasDesktop(env)) return say('there is no desktop here to show it in; ^Y copies its path');
  return { kind: 'run', commands: revealOnDesktop(path), needsTerminal: false };
}

/** The file manager shows it among its neighbours; one that cannot do that shows the folder. */
export function revealOnDesktop(path: Buffer): readonly Command[] {
  const service = ['--dest=org.freedesktop.FileManager1', '/org/freedesktop/FileManager1'];
  const items = ['org.freedesktop.FileManager1.ShowItems', `array:string:${fileUrl(path)}`, 'string:'];
  return [
    { program: 'dbus-send', args: ['--session', '--print-reply', ...service, ...items] },
    { program: 'xdg-open', args: [fileUrl(splitPath(path).directory)] },
  ];
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
