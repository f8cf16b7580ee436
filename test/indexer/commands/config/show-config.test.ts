import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ConfigArgs, showConfig } from '../../../../indexer/commands/config/show-config.js';
import { loadConfig, toConfig } from '../../../../shared/config/load.js';
import { OPTIONS } from '../../../../shared/config/options.js';
import { configSample } from '../../../../shared/config/sample.js';
import { tempFolder } from '../../../helpers/temp.js';

const DEFAULTS = toConfig({}, 'none');

async function shown(text: string | undefined, args: ConfigArgs = {}): Promise<{ file: string; output: string }> {
  const folder = tempFolder();
  const file = join(folder, 'config.toml');
  if (text !== undefined) writeFileSync(file, text, { mode: 0o600 });
  let output = '';
  const stdout = { write: (more: string) => (output += more) };
  await showConfig(args, { locations: { configFile: file, dataDirectory: folder }, stdout });
  return { file, output };
}

function loaded(text: string) {
  const file = join(tempFolder(), 'config.toml');
  writeFileSync(file, text, { mode: 0o600 });
  return loadConfig(file);
}

describe('find-textd config', () => {
  it('says of every option what holds, and from which line', async () => {
    const { file, output } = await shown('\n[queue]\nsettleMs = 5\n');
    expect(output).toContain(`# from ${file}\n`);
    expect(output).toMatch(/^queue\.settleMs = 5 +# line 3$/m);
    expect(output).toMatch(/^ignore\.vcs = true +# default$/m);
    expect(Object.keys(OPTIONS).filter((name) => !output.includes(`\n${name} = `))).toEqual([]);
  });

  it('checks none that is not there, and says how to begin one', async () => {
    const { file, output } = await shown(undefined, { check: true });
    expect(output).toBe(
      `${file} is not there, or empty: all is as by default; \`find-textd config --sample\` prints one to begin with\n`,
    );
  });

  it('prints a configuration file that means the same', async () => {
    const text = 'roots = ["~/a"]\nsource = "none"\n[ignore]\npatterns = ["*.log", "a \\"b\\""]\n';
    expect(loaded((await shown(text)).output)).toEqual(loaded(text));
  });

  it('says that there is no file', async () => {
    expect((await shown(undefined)).output).toContain('is not there, or empty: all is as by default');
  });

  it('prints a sample whose lines are the defaults, as comments and without their signs', async () => {
    const { output } = await shown('source = "none"', { sample: true });
    expect(output).toBe(configSample([]));
    expect(loaded(output)).toEqual(DEFAULTS);
    const options = output.split('\n# The tables')[0] as string;
    const uncommented = options.replace(/^#(?! )/gm, '');
    expect(Object.keys(OPTIONS).filter((name) => !uncommented.includes(`\n${name} = `))).toEqual([]);
    expect(loaded(uncommented)).toEqual(DEFAULTS);
  });

  it('has tables in the sample that are understood', async () => {
    const text = configSample(['~/Documents', '~/a "b"']).replace(/^#(?! )/gm, '');
    const { output } = await shown(text, { check: true });
    expect(output).toContain('1 [[notify]], 1 endpoint');
    expect(loaded(text).roots).toEqual(['~/Documents', '~/a "b"']);
  });

  it.each([
    ['[queue]\nsettleMs = -5', 'line 2, column 12: `queue.settleMs` is -5'],
    ['a = 1', 'line 1, column 1: there is no option `a`'],
    ['[[notify]]\nname = "a"\npath = "/"', 'line 3, column 1'],
  ])('checks %j', async (text, why) => {
    await expect(shown(text, { check: true })).rejects.toThrow(why);
  });
});
