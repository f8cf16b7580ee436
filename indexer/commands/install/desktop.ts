/** The search of the desktop answers from find-text, too: its files for this user, and what root has to add for GNOME. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shellWord } from '../../backup/shell-word.js';
import { desktopFiles, GNOME_FILE } from './desktop-files.js';
import { removeInstalled, writeInstalled } from './installed-files.js';
import type { Machine } from './machine.js';

/**
 * @returns what was done and what is left to do, a line each; nothing where there is no desktop.
 * @throws FindTextError FT_INSTALL_FAILED
 */
export function setUpDesktop(machine: Machine): string[] {
  if (!machine.desktop) return [];
  for (const [path, text] of Object.entries(desktopFiles(machine.program))) writeInstalled(at(machine, path), text);
  const done = `find-text is among your programs, and KRunner finds files from the next login on (files in ${dataHome(machine)})`;
  return machine.desktop === 'GNOME' && !existsSync(systemFile(machine)) ? [done, ...gnomeTexts(machine)] : [done];
}

function gnomeTexts(machine: Machine): string[] {
  return [
    'GNOME Shell asks only whom a file in a system folder names. Optional, once, as root; from the next login on:',
    `  sudo install -D -m 644 ${shellWord(at(machine, GNOME_FILE))} ${systemFile(machine)}`,
  ];
}

/** @returns what was undone and what is left, a line each. */
export function takeBackDesktop(machine: Machine): string[] {
  const there = Object.keys(desktopFiles(machine.program)).filter((path) => existsSync(at(machine, path)));
  for (const path of there) removeInstalled(at(machine, path), path.split('/').length - 1);
  const left = existsSync(systemFile(machine))
    ? [`GNOME Shell still knows of it: \`sudo rm ${systemFile(machine)}\` takes that back, for all users`]
    : [];
  return [...there.map((path) => `removed ${at(machine, path)}`), ...left];
}

function at(machine: Machine, path: string): string {
  return join(dataHome(machine), path);
}

/** `$XDG_DATA_HOME`: the index is in a folder of it. */
function dataHome({ locations }: Machine): string {
  return dirname(locations.dataDirectory);
}

function systemFile({ systemData }: Machine): string {
  return join(systemData, GNOME_FILE);
}
