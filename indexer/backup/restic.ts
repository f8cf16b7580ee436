/** Backups by restic. `--no-lock`: a look must neither wait for a backup that runs nor write to the repository. */
import { hostname } from 'node:os';
import { pathText } from '../../shared/path-text.js';
import { isWithin } from '../../shared/path-within.js';
import { toBytes } from '../../shared/paths.js';
import { copyCommand } from './copy-command.js';
import { isoMs, jsonLines, jsonOf, numberOrNull } from './json-lines.js';
import type { ResticPlace } from './places.js';
import { ToolFailed } from './run-tool.js';
import { passwordOf, requireSecret } from './secret.js';
import { shellWord, shellWords } from './shell-word.js';
import { type Ask, type BackupTool, type Copy, REPOSITORY_KEEP_MS, type Snapshot, type Wanted } from './tool.js';

interface ResticSnapshot extends Snapshot {
  /** The folders that were given to `restic backup`. */
  readonly paths: readonly Buffer[];
}

export class Restic implements BackupTool {
  readonly keepMs = REPOSITORY_KEEP_MS;

  constructor(private readonly place: ResticPlace) {}

  async snapshots(_wanted: Wanted, ask: Ask): Promise<readonly ResticSnapshot[]> {
    requireSecret(this.place);
    const listed = jsonOf('restic', await this.#run(ask, ['snapshots', '--json', '--no-lock']));
    if (!Array.isArray(listed)) throw new ToolFailed('restic printed no list of snapshots');
    const host = this.place.host ?? hostname();
    return listed.filter((item) => item?.hostname === host).flatMap(toSnapshot);
  }

  async copyIn(snapshot: ResticSnapshot, { path }: Wanted, ask: Ask): Promise<Copy | undefined> {
    const names = namesIn(snapshot, path);
    if (names.length === 0) return undefined;
    const nodes = jsonLines('restic', await this.#run(ask, ['ls', '--json', '--no-lock', snapshot.id, ...names]));
    for (const name of names) {
      const node = nodes.find((one) => one.struct_type === 'node' && one.path === pathText(name));
      if (node)
        return {
          path: null,
          size: numberOrNull(node.size),
          mtimeMs: isoMs(node.mtime),
          restore: this.#restore(snapshot.id, name, path),
        };
    }
    return undefined;
  }

  /** Beside its place first: restic writes through symlinks, and gives the folders above their old modes. */
  #restore(id: string, name: Buffer, path: Buffer): string {
    const { repository, repositoryFile, passwordFile, passwordEnv } = this.place;
    const variable = passwordEnv === undefined ? '' : `RESTIC_PASSWORD="$${passwordEnv}" `;
    const where = repositoryFile === undefined ? ['-r', repository ?? ''] : ['--repository-file', repositoryFile];
    const password = passwordFile === undefined ? [] : ['--password-file', passwordFile];
    const restore = shellWords(['restic', ...where, ...password, 'restore', id]);
    return [
      't=$(mktemp -d)',
      `${variable}${restore} --target "$t" --include ${shellWord(withoutGlobs(name))}`,
      `${copyCommand(`"$t"${shellWord(name)}`, path)}; rm -rf -- "$t"`,
    ].join(' && ');
  }

  #run({ run }: Ask, args: readonly (string | Buffer)[]): Promise<Buffer> {
    const { repository, repositoryFile, passwordFile } = this.place;
    const password = passwordOf(this.place);
    return run({
      argv: ['restic', ...args],
      env: {
        ...(repository !== undefined && { RESTIC_REPOSITORY: repository }),
        ...(repositoryFile !== undefined && { RESTIC_REPOSITORY_FILE: repositoryFile }),
        ...(passwordFile !== undefined && { RESTIC_PASSWORD_FILE: passwordFile }),
        ...(password !== undefined && { RESTIC_PASSWORD: password }),
      },
    });
  }
}

function toSnapshot(item: Readonly<Record<string, unknown>>): ResticSnapshot[] {
  const atMs = isoMs(item.time);
  const { short_id: id, paths } = item;
  if (atMs === null || typeof id !== 'string' || !/^[0-9a-f]+$/.test(id) || !Array.isArray(paths)) return [];
  return [{ id, atMs, paths: paths.map((path) => toBytes(String(path))) }];
}

/** `restic backup DIR` with a path that is not whole keeps what was written of it; `restic backup .` nothing. */
function namesIn({ paths }: ResticSnapshot, path: Buffer): Buffer[] {
  const holding = paths.filter((folder) => isWithin(path, folder));
  return unique(holding.flatMap((folder) => [path, ...endsOf(path, folder)]));
}

/** `/a/b/c` in `/a/b` → `/b/c`, `/c` */
function endsOf(path: Buffer, folder: Buffer): Buffer[] {
  const ends: Buffer[] = [];
  for (let at = path.indexOf('/', 1); at > 0 && at <= folder.length; at = path.indexOf('/', at + 1))
    ends.push(path.subarray(at));
  return ends;
}

function unique(paths: readonly Buffer[]): Buffer[] {
  return paths.filter((path, at) => paths.findIndex((other) => other.equals(path)) === at);
}

function withoutGlobs(path: Buffer): Buffer {
  return Buffer.from(path.toString('latin1').replace(/[[*?\\]/g, '\\$&'), 'latin1');
}
