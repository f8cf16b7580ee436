import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { terminalCommand } from '../../../search-cli/desktop/terminal-command.js';
import { tempFolder } from '../../helpers/temp.js';

const ARGV = ['/bin/node', '/x/find-text.js', '-i', '--', '$(touch x); y'];

function install(folder: string, name: string): void {
  writeFileSync(join(folder, name), '#!/bin/sh\n');
  chmodSync(join(folder, name), 0o755);
}

it('is the terminal that the desktop chose before any other, each called in its way', () => {
  const [one, two] = [tempFolder(), tempFolder()];
  const path = `relative:${one}:/nonexistent:${two}`;
  expect(terminalCommand(ARGV, path)).toBe(undefined);
  install(one, 'xterm');
  expect(terminalCommand(ARGV, path)).toEqual({ program: 'xterm', args: ['-e', ...ARGV] });
  install(two, 'gnome-terminal');
  expect(terminalCommand(ARGV, path)).toEqual({ program: 'gnome-terminal', args: ['--', ...ARGV] });
  install(two, 'xdg-terminal-exec');
  expect(terminalCommand(ARGV, path)).toEqual({ program: 'xdg-terminal-exec', args: ARGV });
});

it('is none where that name is no program', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'xterm'), '');
  mkdirSync(join(folder, 'kitty'));
  expect(terminalCommand(ARGV, folder)).toBe(undefined);
  expect(terminalCommand(ARGV, undefined)).toBe(undefined);
});
