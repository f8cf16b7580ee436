/** Which folders are to be indexed, as they are named. */
import { expect, it } from 'vitest';
import { rootNames } from '../../../indexer/commands/roots.js';
import type { Config } from '../../../shared/config/options.js';

const configured = (...roots: string[]) => ({ roots }) as unknown as Config;

it.each<[string, string[], Config, string]>([
  ['the command line', ['/r', ''], configured(), 'read the command line: a file or folder has an empty name'],
  [
    'the configuration',
    [],
    configured('~/docs', ''),
    'read `roots` of the configuration: a file or folder has an empty',
  ],
])('an empty name in %s is no folder: a variable may not be set', (_, typed, config, message) => {
  expect(() => rootNames(typed, config, undefined)).toThrow(message);
});

it('what is typed comes before what is configured', () => {
  expect(rootNames(['/r/a'], configured('/r/b'), undefined).names.map(String)).toEqual(['/r/a']);
  expect(rootNames([], configured('/r/b'), undefined).names.map(String)).toEqual(['/r/b']);
});
