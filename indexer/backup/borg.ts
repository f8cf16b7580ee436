/**
 * Backups by borg 1. `--bypass-lock` and a base folder of our own: a look waits neither for a backup that runs nor for
 * its cache. Borg tells times without a zone: it is run with TZ=UTC.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { toBytes } from '../../shared/paths.js';
import { makeFolder } from './copy-command.js';
import { isoMs, jsonLines, jsonOf, numberOrNull } from './json-lines.js';
import type { BorgPlace } from './places.js';
import { ToolFailed } from './run-tool.js';
import { passwordOf, requireSecret } from './secret.js';
import { shellWord, shellWords } from './shell-word.js';
import { type Ask, type BackupTool, type Copy, REPOSITORY_KEEP_MS, type Snapshot, type Wanted } from './tool.js';

export class Borg implements BackupTool {
  readonly keepMs = REPOSITORY_KEEP_MS;

  constructor(private readonly place: BorgPlace) {}

  async snapshots(_wanted: Wanted, ask: Ask): Promise<readonly Snapshot[]> {
    requireSecret(this.place);
    const { repository, archives } = this.place;
    const pattern = archives === undefined ? [] : ['--glob-archives', archives];
    const listed = jsonOf('borg', await this.#run(ask, ['list', '--json', '--bypass-lock', ...pattern, repository]));
    const found = (listed as { archives?: unknown } | null)?.archives;
    if (!Array.isArray(found)) throw new ToolFailed('borg printed no list of archives');
    return found.flatMap((item) => {
      const atMs = isoMs(item?.start, 'Z');
      return atMs === null ? [] : [{ id: String(item.name), atMs }];
    });
  }

  async copyIn({ id }: Snapshot, { path }: Wanted, ask: Ask): Promise<Copy | undefined> {
    const name = this.#nameOf(path);
    const exactly = Buffer.concat([Buffer.from('pf:'), name]);
    const args = ['list', '--json-lines', '--bypass-lock', `${this.place.repository}::${id}`, exactly];
    const [item] = jsonLines('borg', await this.#run(ask, args));
    if (!item) return undefined;
    return {
      path: null,
      size: numberOrNull(item.size),
      mtimeMs: isoMs(item.mtime, 'Z'),
      restore: this.#restore(id, name, path),
    };
  }

  /** In an archive no path begins with a slash. */
  #nameOf(path: Buffer): Buffer {
    const { below } = this.place;
    return path.subarray(below === '/' ? 1 : toBytes(below).length + 1);
  }

  /** Borg removes what stands in the place of a file before it writes. */
  #restore(id: string, name: Buffer, path: Buffer): string {
    const { repository, below, passwordFile, passwordEnv } = this.place;
    const variable =
      passwordFile !== undefined
        ? `BORG_PASSCOMMAND=${shellWord(catCommand(passwordFile))} `
        : passwordEnv !== undefined
          ? `BORG_PASSPHRASE="$${passwordEnv}" `
          : '';
    const archive = shellWords([`${repository}::${id}`, Buffer.concat([Buffer.from('pp:'), name])]);
    return `${makeFolder(path)}(cd ${shellWord(below)} && ${variable}borg extract ${archive})`;
  }

  #run({ run, cacheDirectory }: Ask, args: readonly (string | Buffer)[]): Promise<Buffer> {
    const password = passwordOf(this.place);
    const { passwordFile } = this.place;
    return run({
      argv: ['borg', ...args],
      env: {
        TZ: 'UTC',
        BORG_KEYS_DIR: process.env.BORG_KEYS_DIR ?? join(configHome(), 'borg/keys'),
        BORG_BASE_DIR: join(cacheDirectory, 'borg'),
        BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
        BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: 'yes',
        ...(passwordFile !== undefined && { BORG_PASSCOMMAND: catCommand(passwordFile) }),
        ...(password !== undefined && { BORG_PASSPHRASE: password }),
      },
    });
  }
}

function configHome(): string {
  const base = process.env.BORG_BASE_DIR;
  return base === undefined ? (process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config')) : join(base, '.config');
}

/** Borg splits it as a shell would. */
function catCommand(file: string): string {
  return `cat -- '${file.replaceAll("'", `'\\''`)}'`;
}
