/** `find-textd config`: what holds, and where it comes from. What it prints is a configuration file itself. */
import { givenOptions, loadToml, readConfig } from '../../../shared/config/load.js';
import { configSample } from '../../../shared/config/sample.js';
import { FindTextError } from '../../../shared/errors.js';
import type { Locations } from '../../../shared/locations.js';
import { cleanText, displayPath } from '../../../shared/path-text.js';
import { currentIndexFile } from '../../../shared/store/generation.js';
import { loadNotify } from '../../notify/rules/load-notify.js';
import { loadOwnExtractors } from '../own-extractors.js';
import { rememberedRoots } from '../roots.js';
import { surroundingsIn } from '../rule-surroundings.js';

export interface ConfigArgs {
  readonly sample?: boolean;
  readonly check?: boolean;
}

export interface ConfigIo {
  readonly locations: Pick<Locations, 'configFile' | 'dataDirectory'>;
  readonly stdout: { write(text: string): unknown };
}

/** @throws FindTextError FT_CONFIG_INVALID */
export async function showConfig({ sample, check }: ConfigArgs, io: ConfigIo): Promise<void> {
  if (sample && check)
    throw new FindTextError('FT_CONFIG_INVALID', 'read the options: --sample and --check do not go together');
  if (sample) io.stdout.write(configSample([]));
  else if (check) await checkConfig(io);
  else showValues(io);
}

function showValues({ locations: { configFile, dataDirectory }, stdout }: ConfigIo): void {
  const source = loadToml(configFile);
  const config = readConfig(source);
  const given = givenOptions(source.table);
  const rows = Object.entries(config).map(([name, value]) => {
    const path = given.get(name)?.path;
    return {
      text: `${name} = ${cleanText(JSON.stringify(value))}`,
      origin: path && `line ${source.places.keyOf(path).line}`,
    };
  });
  const width = Math.max(...rows.filter(({ text }) => text.length <= MAX_WIDTH).map(({ text }) => text.length));
  const lines = rows.map(({ text, origin }) => `${text.padEnd(width)}  # ${origin ?? 'default'}`);
  stdout.write(
    [
      headOf(configFile, source.text),
      ...lines,
      ...remembered(config.roots, dataDirectory),
      ...tablesOf(source.table),
      '',
    ].join('\n'),
  );
}

const MAX_WIDTH = 60;

function headOf(file: string, text: string): string {
  return `# ${text === '' ? emptyText(file) : `from ${cleanText(file)}`}`;
}

function emptyText(file: string): string {
  return `${cleanText(file)} is not there, or empty: all is as by default`;
}

/** Of a daemon that is started without folders. */
function remembered(roots: readonly string[], dataDirectory: string): string[] {
  if (roots.length > 0) return [];
  const names = rememberedRoots(currentIndexFile(dataDirectory)).map(({ name }) => displayPath(name));
  return names.length > 0 ? [`# roots of last time, which \`find-textd run\` takes: ${names.join(', ')}`] : [];
}

const TABLES = {
  notify: 'find-textd notify rules',
  endpoint: 'find-textd notify rules',
  backup: 'find-textd backup PATH',
  extractor: 'find-textd why PATH',
};

function tablesOf(table: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(TABLES).flatMap(([name, command]) => {
    const value = table[name];
    return Array.isArray(value) ? [`# ${value.length} × [[${name}]]: \`${command}\` shows more`] : [];
  });
}

/** All of it, as the daemon reads it. */
async function checkConfig({ locations: { configFile, dataDirectory }, stdout }: ConfigIo): Promise<void> {
  const source = loadToml(configFile);
  if (source.text === '') {
    stdout.write(`${emptyText(configFile)}; \`find-textd config --sample\` prints one to begin with\n`);
    return;
  }
  const config = readConfig(source);
  const rules = await loadNotify(configFile, surroundingsIn(dataDirectory));
  const commands = loadOwnExtractors({ locations: { configFile }, config });
  const count = givenOptions(source.table).size;
  const parts = [
    `${count} of ${Object.keys(config).length} options set`,
    `${rules.rules.length} [[notify]]`,
    `${rules.endpoints.length} endpoints`,
    ...(commands.extractors.length > 0 ? [`${commands.extractors.length} [[extractor]]`] : []),
    ...commands.missing,
  ];
  stdout.write(`${cleanText(configFile)}: all of it is understood: ${parts.join(', ')}\n`);
}
