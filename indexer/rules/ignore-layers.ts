/**
 * The pattern lists that hold in one folder, as a stack that grows on the way down. Immutable: each folder has its own
 * stack, which shares its lists with the stacks above. Used by ignore.ts. Names are latin1 text, with a slash at the
 * end for folders.
 */
import { displayPath } from '../../shared/path-text.js';
import type { Pattern, PatternList } from './ignore-patterns.js';

/** What lists may cost in one folder, in comparisons of two names: about 1 ms for each name in it. */
const MAX_WEIGHT = 60_000;

interface Layer {
  readonly list: PatternList;
  /** As shown: `.gitignore`. */
  readonly file: string;
  readonly where: string;
  /** From the list's folder to this one, '' or ending in a slash. */
  readonly prefix: string;
}

/** Lists by kind, in the order they are asked; within a kind the deepest first. */
interface Stacks {
  readonly own: readonly Layer[];
  readonly config: readonly Layer[];
  readonly defaults: readonly Layer[];
  /** undefined outside of git work trees. */
  readonly git: readonly Layer[] | undefined;
}

export type LayerKind = keyof Stacks;

/** What a list comes from, the most trusted first: no list is crowded out by those of less trust, as a repository's. */
const TRUST: readonly LayerKind[] = ['defaults', 'config', 'own', 'git'];

export interface NewList {
  readonly kind: LayerKind;
  readonly list: PatternList;
  readonly file: string;
  /** The list's folder in words or as a path, safe to show. */
  readonly where: string;
  /** The way from the list's folder to this one, '' or ending in a slash. @default '' */
  readonly prefix?: string;
}

export class IgnoreLayers {
  static readonly none = new IgnoreLayers({ own: [], config: [], defaults: [], git: undefined });

  readonly #all: readonly Layer[];

  private constructor(private readonly stacks: Stacks) {
    this.#all = [...stacks.own, ...stacks.config, ...stacks.defaults, ...(stacks.git ?? [])];
  }

  get isInWorkTree(): boolean {
    return this.stacks.git !== undefined;
  }

  /** @returns the rule that excludes, '' when a pattern includes the name, undefined when no pattern matches. */
  decide(name: string): string | undefined {
    for (const layer of this.#all) {
      const decision = layer.list.decide(layer.prefix + name);
      if (decision) return decision.pattern ? describe(layer, decision.pattern) : '';
    }
    return undefined;
  }

  /** The stack as it holds in a folder that is entered although a list may exclude it. */
  descend(folderName: string): IgnoreLayers {
    const down = (layers: readonly Layer[]) =>
      layers.map((layer) => ({ ...layer, prefix: `${layer.prefix}${folderName}/` }));
    const { own, config, defaults, git } = this.stacks;
    if (this.#all.length === 0) return this;
    return new IgnoreLayers({ own: down(own), config: down(config), defaults: down(defaults), git: git && down(git) });
  }

  /** A new work tree begins: what is above it says nothing here. */
  enterWorkTree(): IgnoreLayers {
    return new IgnoreLayers({ ...this.stacks, git: [] });
  }

  /**
   * Puts a list of this very folder on top of its kind.
   * @returns undefined when it and those of as much trust would be too costly.
   */
  with({ kind, list, file, where, prefix = '' }: NewList): IgnoreLayers | undefined {
    const rivals = TRUST.slice(0, TRUST.indexOf(kind) + 1).flatMap((each) => this.stacks[each] ?? []);
    const weight = rivals.reduce((sum, layer) => sum + layer.list.weight, list.weight);
    if (weight > MAX_WEIGHT) return undefined;
    const layers = [{ list, file, where, prefix }, ...(this.stacks[kind] ?? [])];
    return new IgnoreLayers({ ...this.stacks, [kind]: layers });
  }
}

/** `.gitignore:3: *.log in /home/a/src` */
function describe({ file, where }: Layer, { line, text }: Pattern): string {
  return `${file}:${line}: ${displayPath(Buffer.from(text, 'latin1'))} in ${where}`;
}
