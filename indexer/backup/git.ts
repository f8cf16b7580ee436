/**
 * A git work tree as a backup: the newest commit before, of those that changed the file. The repository's own
 * configuration starts nothing: no fsmonitor, hook, pager, signature check, or fetch of what is missing.
 */
import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { joinPath, splitPath, toBytes } from '../../shared/paths.js';
import { makeFolder } from './copy-command.js';
import { MAX_DIGEST_BYTES } from './file-digest.js';
import { numberOrNull } from './json-lines.js';
import type { GitPlace } from './places.js';
import { ToolFailed } from './run-tool.js';
import { shellWords } from './shell-word.js';
import type { Ask, BackupTool, Copy, Snapshot, Wanted } from './tool.js';

const NOTHING_OF_ITS_OWN = [
  ...['core.fsmonitor=', 'core.hooksPath=/dev/null', 'core.sshCommand=false', 'protocol.allow=never'].flatMap(
    (setting) => ['-c', setting],
  ),
  '--no-pager',
  '--literal-pathspecs',
  '--no-optional-locks',
];
const ENVIRONMENT = { GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'none' };
const MAX_COMMITS = 20;

export class Git implements BackupTool {
  readonly keepMs = 0;

  constructor(private readonly place: GitPlace) {}

  async snapshots({ path, beforeMs }: Wanted, ask: Ask): Promise<readonly Snapshot[]> {
    const seconds = Math.ceil(beforeMs / 1000) - 1;
    const args = ['rev-list', `--max-count=${MAX_COMMITS}`, `--min-age=${seconds}`, '--timestamp', 'HEAD', '--', path];
    const listed = (await this.#run(ask, path, args)).toString('latin1').split('\n').filter(Boolean);
    return listed.map((line) => {
      const [at, id = ''] = line.split(' ');
      return { id, atMs: Number(at) * 1000 };
    });
  }

  async copyIn({ id }: Snapshot, { path }: Wanted, ask: Ask): Promise<Copy | undefined> {
    const listed = (await this.#run(ask, path, ['ls-tree', '-l', '-z', '--full-name', id, '--', path])).toString(
      'latin1',
    );
    const [, type, object, size] = /^\d+ (\w+) ([0-9a-f]+) +(\d+|-)\t/.exec(listed) ?? [];
    if (object === undefined) return undefined;
    const top = await this.#worktree(path);
    const restore = shellWords(['git', '-C', top, '--literal-pathspecs', 'restore', `--source=${id}`, '--', path]);
    const digest = async () => {
      if (type !== 'blob' || Number(size) > MAX_DIGEST_BYTES / 4) return null;
      return createHash('sha256')
        .update(await this.#run(ask, path, ['cat-file', 'blob', object]))
        .digest('hex');
    };
    return {
      path: null,
      size: numberOrNull(Number(size)),
      mtimeMs: null,
      restore: `${makeFolder(path)}${restore}`,
      digest,
    };
  }

  async #run({ run }: Ask, path: Buffer, args: readonly (string | Buffer)[]): Promise<Buffer> {
    const top = await this.#worktree(path);
    // Named in the configuration: the user trusts it, whoever owns it.
    const isSafe = this.place.worktree === undefined ? [] : ['-c', `safe.directory=${this.place.worktree}`];
    return run({ argv: ['git', ...NOTHING_OF_ITS_OWN, ...isSafe, '-C', top, ...args], env: ENVIRONMENT });
  }

  async #worktree(path: Buffer): Promise<Buffer> {
    if (this.place.worktree !== undefined) return toBytes(this.place.worktree);
    const top = await worktreeOf(path);
    if (!top) throw new ToolFailed('it is in no git work tree');
    return top;
  }
}

/** The nearest folder above with a `.git`. */
export async function worktreeOf(path: Buffer): Promise<Buffer | undefined> {
  for (let { directory } = splitPath(path); ; { directory } = splitPath(directory)) {
    const isThere = await lstat(joinPath(directory, Buffer.from('.git'))).then(
      () => true,
      () => false,
    );
    if (isThere) return directory;
    if (directory.length === 1) return undefined;
  }
}
