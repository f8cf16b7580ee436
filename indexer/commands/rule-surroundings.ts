/** For commands that read rules: what these are read by. */
import { currentIndexFile } from '../../shared/store/generation.js';
import type { Surroundings } from '../notify/rules/path-selection.js';
import { PLACES } from '../rules/rules.js';
import { rememberedRoots } from './roots.js';

interface RuleSurroundings extends Surroundings {
  readonly roots: readonly Buffer[];
}

/** What patterns are relative to before anything is indexed. */
const TOP = Buffer.from('/');

export function surroundingsIn(dataDirectory: string): RuleSurroundings {
  return surroundingsOf(rememberedRoots(currentIndexFile(dataDirectory)).map(({ path }) => path));
}

/** @param indexed  the folders of the index; none: there is none yet. */
export function surroundingsOf(indexed: readonly Buffer[]): RuleSurroundings {
  return { roots: indexed.length > 0 ? indexed : [TOP], places: PLACES };
}
