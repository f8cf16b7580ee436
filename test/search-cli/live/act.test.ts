import { expect, it } from 'vitest';
import { copySequence, openAction, revealAction } from '../../../search-cli/live/act.js';

const PATH = Buffer.from('/a b/ü,1.txt');
const TEXT = { path: PATH, type: 'text/plain' };

it('opens with what the desktop has for such files', () => {
  expect(openAction(TEXT, { DISPLAY: ':0', EDITOR: 'vi' })).toEqual({
    kind: 'run',
    commands: [{ program: 'xdg-open', args: ['file:///a%20b/%C3%BC%2C1.txt'] }],
    needsTerminal: false,
  });
});

it('opens with the editor, with its own arguments, where there is no desktop', () => {
  const command = (env: Record<string, string>) => openAction(TEXT, env);
  expect(command({ VISUAL: 'code -w', EDITOR: 'vi' })).toMatchObject({
    commands: [{ program: 'sh', args: ['-c', 'exec code -w "$1"', 'sh', PATH.toString()] }],
    needsTerminal: true,
  });
  expect(command({})).toMatchObject({ commands: [{ args: ['-c', 'exec less "$1"', 'sh', PATH.toString()] }] });
});

it('says what it cannot do', () => {
  expect(openAction({ path: PATH, type: 'image/png' }, {})).toMatchObject({ kind: 'say' });
  expect(openAction({ path: Buffer.from('2f61ff', 'hex'), type: 'text/plain' }, {})).toMatchObject({ kind: 'say' });
  expect(revealAction({ path: PATH }, {})).toMatchObject({ kind: 'say' });
});

it('shows a file in its folder, byte for byte', () => {
  const action = revealAction({ path: Buffer.from('/a/\xff\n', 'latin1') }, { WAYLAND_DISPLAY: 'w' });
  const [first, second] = action.kind === 'run' ? action.commands : [];
  expect(first?.args).toContain('array:string:file:///a/%FF%0A');
  expect(second).toEqual({ program: 'xdg-open', args: ['file:///a'] });
});

it('copies the bytes of a path', () => {
  expect(copySequence(PATH)).toBe(`\x1b]52;c;${PATH.toString('base64')}\x07`);
});
