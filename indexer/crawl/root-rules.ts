/** Temporary until the exclusion rules land. */
import type { Config } from '../../shared/config/options.js';
import { isWithin, splitPath, toBytes } from '../../shared/paths.js';
import type { DirectoryRules } from './reconcile.js';

const SKIP = new Set(['.git', 'node_modules']);

export class RootRules implements DirectoryRules {
  constructor(
    private readonly roots: readonly Uint8Array[],
    _config: Config,
    private readonly own: readonly string[],
  ) {}
  rulesFor(_folder: Uint8Array): DirectoryRules {
    return this;
  }
  enter(directory: Uint8Array): DirectoryRules | undefined {
    return this.own.some((o) => isWithin(directory, toBytes(o))) ? undefined : this;
  }
  verdict(path: Uint8Array, _isDirectory: boolean): 'index' | 'names' | 'skip' {
    const whole = toBytes(path);
    if (whole[0] === 0x2f && !this.roots.some((r) => isWithin(whole, r))) return 'skip';
    if (this.own.some((o) => isWithin(whole, toBytes(o)))) return 'skip';
    return SKIP.has(splitPath(path).name.toString()) ? 'skip' : 'index';
  }
}
