import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, toConfig } from '../../../shared/config/load.js';
import { OPTIONS } from '../../../shared/config/options.js';
import { tempFolder } from '../../helpers/temp.js';

function load(toml: string) {
  const file = join(tempFolder(), 'config.toml');
  writeFileSync(file, toml);
  return loadConfig(file);
}

describe('loadConfig', () => {
  it('takes the defaults when there is no file', () => {
    const config = loadConfig(join(tempFolder(), 'config.toml'));
    expect(Object.keys(config)).toEqual(Object.keys(OPTIONS));
    expect(config['queue.settleMs']).toBe(20);
  });

  it('reads tables and lists', () => {
    const config = load('roots = ["~/a"]\n[queue]\nsettleMs = 5\n[ignore]\npatterns = ["*.log"]\nvcs = false\n');
    expect(config).toMatchObject({
      roots: ['~/a'],
      'queue.settleMs': 5,
      'ignore.patterns': ['*.log'],
      'ignore.vcs': false,
    });
  });

  it.each([
    ['[queue]\nsettleMs = -1', '`queue.settleMs` is -1, expected a number from 0 to 60000 (ms)'],
    ['source = "fanotify"', 'expected one of auto, audit, inotify, none'],
    ['roots = "x"', 'expected a list of strings'],
    ['roots = [1]', 'expected a list of strings'],
    ['[ignore]\nvcs = "yes"', 'expected true or false'],
    ['[queue]\nsettle = 1', 'there is no option `queue.settle`'],
    ['[queue', 'Invalid TOML'],
    ['[queue]\nsettle = 1', 'line 2, column 1: there is no option `queue.settle`'],
    ['# a\n[queue]\nsettleMs = 1\nmaxWaitMs = -3', 'line 4, column 13: `queue.maxWaitMs` is -3'],
    ['a = 1\nb = = 2', 'line 2, column 5: Invalid TOML'],
    ['[ingore]\nvcs = true', '; did you mean `ignore.vcs`?'],
    [
      '[ignore]\nvcs = true\nroots = ["~"]',
      'line 3, column 1: there is no option `ignore.roots`; `roots` has to stand above [ignore]',
    ],
    ['settleMs = 5', '; did you mean `queue.settleMs`?'],
    ['source = "inotfy"', '; did you mean "inotify"?'],
    ['notfy = 1', '; did you mean [[notify]]?'],
    ['[__proto__]\nx = 1', 'there is no option `__proto__.x`'],
  ])('refuses %j and says what is wrong', (toml, message) => {
    expect(() => load(toml)).toThrow(message);
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(toConfig({}, 'x'))).toBe(true);
  });
});
