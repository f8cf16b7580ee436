/**
 * What desktops know the program by that answers them: its name on the session bus, its objects there, and the files
 * that point to it. search-cli/desktop is that program; `find-textd install` writes the files. Pure.
 */
export const BUS_NAME = 'org.find_text.Desktop';
/** org.gnome.Shell.SearchProvider2 */
export const GNOME_OBJECT = '/org/find_text/Desktop/gnome';
/** org.kde.krunner1 */
export const KRUNNER_OBJECT = '/org/find_text/Desktop/krunner';
/** Beside the other programs. */
export const DESKTOP_PROGRAM = 'find-text-desktop.js';
