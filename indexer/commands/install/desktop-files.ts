/** The files by which desktops find find-text, below `$XDG_DATA_HOME`: a launcher, and what brings its answers into their search. Pure. */
import { dirname, join } from 'node:path';
import { BUS_NAME, DESKTOP_PROGRAM, GNOME_OBJECT, KRUNNER_OBJECT } from '../../../shared/desktop.js';
import { shellWords } from '../../backup/shell-word.js';
import { desktopWord, type Program } from './unit.js';

const LAUNCHER = `${BUS_NAME}.desktop`;
/** GNOME Shell reads it in system folders only. */
export const GNOME_FILE = `gnome-shell/search-providers/${BUS_NAME}.ini`;

/** @returns path below the data folder → text */
export function desktopFiles({ node, file }: Program): Readonly<Record<string, string>> {
  const program = (name: string) => join(dirname(file), name);
  return {
    [`applications/${LAUNCHER}`]: launcherText(`${desktopWord(node)} ${desktopWord(program('find-text.js'))}`),
    [`dbus-1/services/${BUS_NAME}.service`]: serviceText([node, program(DESKTOP_PROGRAM)]),
    [`krunner/dbusplugins/${LAUNCHER}`]: krunnerText(),
    [GNOME_FILE]: gnomeText(),
  };
}

/** GNOME Shell takes no answers of a program without one, or with one that is hidden. */
function launcherText(command: string): string {
  return `[Desktop Entry]
Type=Application
Name=find-text
GenericName=File Search
Comment=Find files by the words in them, as you type
Icon=system-search
Exec=${command} -i
Terminal=true
Categories=Utility;
Keywords=search;find;files;documents;text;
`;
}

/** Its strings are read twice: as values of the file, then as a shell would. */
function serviceText(argv: readonly string[]): string {
  return `[D-BUS Service]
Name=${BUS_NAME}
Exec=${shellWords(argv).replaceAll('\\', '\\\\')}
`;
}

function krunnerText(): string {
  return `[Desktop Entry]
Type=Service
Name=find-text
Comment=Files that find-text finds by the words in them
Icon=system-search
X-KDE-ServiceTypes=Plasma/Runner
X-KDE-PluginInfo-Name=find_text
X-KDE-PluginInfo-License=MIT
X-KDE-PluginInfo-EnabledByDefault=true
X-Plasma-API=DBus
X-Plasma-DBusRunner-Service=${BUS_NAME}
X-Plasma-DBusRunner-Path=${KRUNNER_OBJECT}
X-Plasma-Request-Actions-Once=true
X-Plasma-Runner-Min-Letter-Count=2
X-Plasma-Runner-Syntaxes=:q:
X-Plasma-Runner-Syntax-Descriptions=Finds files by their words, and by fields such as type:pdf and modified:7d
`;
}

function gnomeText(): string {
  return `[Shell Search Provider]
DesktopId=${LAUNCHER}
BusName=${BUS_NAME}
ObjectPath=${GNOME_OBJECT}
Version=2
`;
}
