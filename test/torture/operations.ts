/**
 * The file operations of the torture run: each does one thing to the tree and returns the paths it touched, for the log.
 * What the file system refuses throws its system error, which the worker logs: half of all tries are refused, on purpose.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { pathText } from '../../shared/path-text.js';
import { isWithin } from '../../shared/path-within.js';
import { joinPath, splitPath } from '../../shared/paths.js';
import { exchange } from './exchange.js';
import type { LongOpen } from './long-open.js';
import { makeFolder } from './make-folder.js';
import {
  isExcludable,
  PATTERNS,
  plainFolder,
  randomFolder,
  randomFolderName,
  randomPath,
  randomText,
} from './names.js';
import type { Random } from './random.js';

export interface Place {
  readonly random: Random;
  readonly tree: Buffer;
  /** Beside the tree, on the same file system, not indexed. */
  readonly outside: Buffer;
  readonly open: LongOpen;
}

type Operation = (place: Place) => readonly (Uint8Array | undefined)[];

const MARKERS = ['.nomedia', 'CACHEDIR.TAG', '.trackerignore'];
const CACHE_TAG = 'Signature: 8a477f597d28d172789f06886806bc55\n';
/** A worker cannot use a mode that lets it write by name where the daemon may not look: no one could tell of the change. */
const FOLDER_MODES = [0o000, 0o444, 0o555, 0o755, 0o755, 0o755];
const FILE_MODES = [0o000, 0o200, 0o444, 0o644, 0o644];

/**
 * Writing in place changes a file under all of its names, and inotify tells of one: when that one may be excluded, or is not in
 * the tree at all, nobody hears of it.
 */
function requireSeen(path: Buffer, tree: Buffer): Buffer {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat || stat.nlink === 1 || stat.isDirectory()) return path;
  const real = realpathSync.native(path, { encoding: 'buffer' });
  if (!isWithin(real, tree)) throw Object.assign(new Error(), { code: 'OUTSIDE' });
  for (let at: Buffer = real; at.length > tree.length; at = splitPath(at).directory) {
    const marked = MARKERS.some((name) => existsSync(joinPath(at, Buffer.from(name))));
    if (marked || isExcludable(splitPath(at).name)) throw Object.assign(new Error(), { code: 'UNSEEN' });
  }
  return path;
}

function write(path: Buffer, text: Uint8Array, { tree }: Place, flag = 'w'): void {
  writeFileSync(requireSeen(path, tree), text, { flag });
}

const create: Operation = (place) => {
  const path = randomPath(place.random, place.tree);
  makeFolder(splitPath(path).directory);
  write(path, randomText(place.random), place);
  return [path];
};

const edit: Operation = (place) => {
  const path = randomPath(place.random, place.tree);
  write(path, randomText(place.random), place, 'r+');
  return [path];
};

const append: Operation = (place) => {
  const path = randomPath(place.random, place.tree);
  write(path, randomText(place.random), place, place.random.chance(0.5) ? 'a' : 'as');
  return [path];
};

const truncate: Operation = ({ random, tree }) => {
  const path = randomPath(random, tree);
  truncateSync(requireSeen(path, tree), random.below(200));
  return [path];
};

/** As editors save: a new file beside it, renamed over the old one; sometimes with the old times. */
const replace: Operation = (place) => {
  const { random, tree } = place;
  const path = randomPath(random, tree);
  const keepsTimes = random.chance(0.3);
  const old = keepsTimes ? lstatSync(path) : undefined;
  const temporary = joinPath(splitPath(path).directory, Buffer.from(`.tmp${random.below(3)}`));
  writeFileSync(temporary, old ? sameSize(old.size, random) : randomText(random));
  if (old) utimesSync(temporary, old.atime, old.mtime);
  renameSync(temporary, path);
  return [path];
};

/** The size and the times of before: only the ctime tells. */
const rewriteUnnoticed: Operation = ({ random, tree }) => {
  const path = requireSeen(randomPath(random, tree), tree);
  const { size, atime, mtime } = lstatSync(path);
  const fd = openSync(path, 'r+');
  writeSync(fd, sameSize(size, random));
  closeSync(fd);
  utimesSync(path, atime, mtime);
  return [path];
};

/** Files that share size and times, as packages have them: when one goes and another comes, the inode is the same, too. */
const createUniform: Operation = ({ random, tree }) => {
  const path = randomPath(random, tree);
  if (random.chance(0.6)) rmSync(randomPath(random, tree), { force: true });
  makeFolder(splitPath(path).directory);
  rmSync(path, { force: true });
  writeFileSync(path, sameSize(100, random));
  utimesSync(path, 500_000_000, 500_000_000);
  return [path];
};

function sameSize(size: number, random: Random): Buffer {
  return Buffer.alloc(size, `s${random.below(1000)} t${random.below(1000)} `);
}

const renameFile: Operation = ({ random, tree }) => {
  const [from, to] = [randomPath(random, tree), randomPath(random, tree)];
  renameSync(from, to);
  return [from, to];
};

const renameFolder: Operation = ({ random, tree }) => {
  const [from, to] = [randomFolder(random, tree), randomFolder(random, tree)];
  if (from.equals(tree)) return [];
  if (random.chance(0.5)) makeFolder(splitPath(to).directory);
  renameSync(from, to);
  return [from, to];
};

const exchangeTwo: Operation = ({ random, tree }) => {
  const some = () => (random.chance(0.5) ? randomPath(random, tree) : randomFolder(random, tree));
  const [one, other] = [some(), some()];
  // Where a link on the way leads outside, the root itself could be exchanged.
  if (one.equals(tree) || other.equals(tree)) return [];
  exchange(one, other);
  return [one, other];
};

const hardLink: Operation = ({ random, tree }) => {
  const [from, to] = [randomPath(random, tree), randomPath(random, tree)];
  linkSync(requireSeen(from, tree), to);
  return [from, to];
};

/** Written through one of several names, which is gone at once: the others are to be read. */
const writeAndLose: Operation = (place) => {
  const { random, tree, outside } = place;
  const path = randomPath(random, tree);
  if (lstatSync(path).nlink === 1) {
    const other = randomPath(random, tree);
    linkSync(requireSeen(path, tree), other);
    requireSeen(other, tree);
  }
  write(path, randomText(random), place, 'r+');
  if (random.chance(0.5)) rmSync(path);
  else renameSync(path, joinPath(outside, Buffer.from(`parked${random.below(3)}`)));
  return [path];
};

/** So short that the daemon may be reading just then. */
const closeForAMoment: Operation = ({ random, tree }) => {
  const path = random.chance(0.7) ? randomFolder(random, tree) : randomPath(random, tree);
  const stat = lstatSync(path);
  if (path.equals(tree) || stat.isSymbolicLink()) return [];
  chmodSync(path, 0);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, random.below(60));
  chmodSync(path, stat.mode & 0o777);
  return [path];
};

const symlink: Operation = ({ random, tree, outside }) => {
  const path = random.chance(0.5) ? randomPath(random, tree) : randomFolder(random, tree);
  const target = random.pick([randomFolder(random, tree), randomPath(random, tree), outside, Buffer.from('nowhere')]);
  symlinkSync(target, path);
  return [path, target];
};

const remove: Operation = ({ random, tree }) => {
  const path = randomPath(random, tree);
  rmSync(path);
  return [path];
};

const removeTree: Operation = ({ random, tree }) => {
  const path = randomFolder(random, tree);
  if (path.equals(tree)) return [];
  rmSync(path, { recursive: true });
  return [path];
};

const makeDeep: Operation = (place) => {
  const { random, tree } = place;
  let path = randomFolder(random, tree);
  for (let depth = random.between(4, 25); depth > 0; depth--) path = joinPath(path, randomFolderName(random));
  makeFolder(path);
  const file = joinPath(path, Buffer.from('bottom.txt'));
  write(file, randomText(random), place);
  return [file];
};

const touch: Operation = ({ random, tree }) => {
  const path = requireSeen(random.chance(0.5) ? randomPath(random, tree) : randomFolder(random, tree), tree);
  utimesSync(path, random.below(1e9), random.below(1e9));
  return [path];
};

const chmodFile: Operation = ({ random, tree }) => {
  const path = randomPath(random, tree);
  if (lstatSync(path).isFile()) chmodSync(requireSeen(path, tree), random.pick(FILE_MODES));
  return [path];
};

const chmodFolder: Operation = ({ random, tree }) => {
  const path = randomFolder(random, tree);
  if (path.equals(tree) || !lstatSync(path).isDirectory()) return [];
  chmodSync(path, random.pick(FOLDER_MODES));
  return [path];
};

const openLong: Operation = ({ random, tree, open }) => {
  const path = randomPath(random, tree);
  open.open(path);
  return [path];
};

const writeLong: Operation = ({ random, open }) => [open.write(random.below(8), randomText(random))];

const changeRules: Operation = ({ random, tree }) => {
  const folder = randomFolder(random, tree, 1);
  const path = joinPath(folder, Buffer.from(random.pick(['.gitignore', '.find-textignore'])));
  if (random.chance(0.35)) rmSync(path);
  else writeFileSync(path, [random.pick(PATTERNS), random.pick(PATTERNS)].join('\n'));
  return [path];
};

const markFolder: Operation = ({ random, tree }) => {
  const folder = joinPath(randomFolder(random, tree, 1), Buffer.from(random.pick(['cache', 'build'])));
  const path = joinPath(folder, Buffer.from(random.pick(MARKERS)));
  if (random.chance(0.5)) rmSync(path);
  else writeFileSync(path, CACHE_TAG);
  return [path];
};

const useGit: Operation = ({ random, tree }) => {
  const folder = random.chance(0.3) ? tree : plainFolder(random, tree);
  const path = pathText(folder);
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', path, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { stdio: 'ignore' });
  if (random.chance(0.3)) rmSync(joinPath(folder, Buffer.from('.git')), { recursive: true });
  else if (!existsSync(`${path}/.git`)) git('init', '-q');
  else if (random.chance(0.5)) {
    git('add', '-A', '.');
    git('commit', '-q', '--allow-empty', '-m', 'state');
  } else git('checkout', '-q', '-f', random.pick(['HEAD~1', 'HEAD~2', 'master']), '--', '.');
  return [folder];
};

const burst: Operation = (place) => {
  const { random, tree } = place;
  const folder = joinPath(randomFolder(random, tree, 1), Buffer.from(`burst${random.below(3)}`));
  const count = random.between(200, 2000);
  const text = randomText(random).subarray(0, 500);
  makeFolder(folder);
  for (let n = 0; n < count; n++) {
    const at = joinPath(folder, Buffer.from(n % 50 === 49 ? `sub${n}` : `f${n}.txt`));
    if (n % 50 === 49) makeFolder(at);
    else writeFileSync(at, Buffer.concat([Buffer.from(`n${n} `), text]));
  }
  return [folder];
};

/** All files of a burst get new names, or go. */
const changeBurst: Operation = ({ random, tree }) => {
  const folder = joinPath(randomFolder(random, tree, 1), Buffer.from(`burst${random.below(3)}`));
  if (random.chance(0.5)) rmSync(folder, { recursive: true });
  else {
    const suffix = random.pick(['.txt', '.md', '.bak.txt']);
    for (const name of readdirSync(folder, { encoding: 'buffer' })) {
      renameSync(
        joinPath(folder, name),
        joinPath(folder, Buffer.from(`${name.toString('latin1').slice(0, 9)}${suffix}`)),
      );
    }
  }
  return [folder];
};

const moveOut: Operation = ({ random, tree, outside }) => {
  const from = random.chance(0.5) ? randomPath(random, tree) : randomFolder(random, tree);
  const to = joinPath(outside, Buffer.from(`parked${random.below(3)}`));
  if (from.equals(tree)) return [];
  rmSync(to, { recursive: true, force: true });
  renameSync(from, to);
  return [from, to];
};

const moveIn: Operation = ({ random, tree, outside }) => {
  const from = joinPath(outside, Buffer.from(`parked${random.below(3)}`));
  const to = lstatSync(from).isDirectory() ? randomFolder(random, tree) : randomPath(random, tree);
  renameSync(from, to);
  return [from, to];
};

export const OPERATIONS: readonly (readonly [weight: number, name: string, Operation])[] = [
  [30, 'create', create],
  [10, 'edit', edit],
  [8, 'append', append],
  [5, 'truncate', truncate],
  [12, 'replace', replace],
  [8, 'rewrite unnoticed', rewriteUnnoticed],
  [10, 'create uniform', createUniform],
  [12, 'rename file', renameFile],
  [12, 'rename folder', renameFolder],
  [6, 'exchange', exchangeTwo],
  [8, 'hard link', hardLink],
  [6, 'write and lose a name', writeAndLose],
  [4, 'symlink', symlink],
  [8, 'remove', remove],
  [6, 'remove tree', removeTree],
  [2, 'make deep', makeDeep],
  [4, 'touch', touch],
  [4, 'chmod file', chmodFile],
  [4, 'chmod folder', chmodFolder],
  [5, 'close for a moment', closeForAMoment],
  [6, 'open long', openLong],
  [10, 'write long', writeLong],
  [4, 'change rules', changeRules],
  [2, 'mark folder', markFolder],
  [1.5, 'git', useGit],
  [0.7, 'burst', burst],
  [0.7, 'change burst', changeBurst],
  [3, 'move out', moveOut],
  [4, 'move in', moveIn],
];
