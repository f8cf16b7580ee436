/**
 * Looks at everything a scope covers and gives the lines of a baseline, sorted. What cannot be read is a trouble, never
 * left out in silence. Hostile trees are bounded: the number of files, the bytes of one file; nothing waits for a volume
 * that hangs, nothing is entered through a symlink.
 */
import { reasonText } from '../../shared/errors.js';
import { joinPath } from '../../shared/paths.js';
import { VolumeSilent } from '../disk/hanging-volumes.js';
import type { Places } from '../rules/configured-patterns.js';
import { type Examination, examine, namesIn } from '../witness/examine.js';
import { byCodeUnits, type Line, toLine } from './entry.js';
import { exceptionsIn, type IsExcepted, relativeTo, type Scope } from './scope.js';

export interface Trouble {
  readonly path: Buffer;
  readonly why: string;
}

export interface Survey {
  readonly lines: readonly Line[];
  /** What could not be read, in the order it was met. */
  readonly troubles: readonly Trouble[];
  /** Nothing is known of these and of what is below them. */
  readonly unseen: readonly Buffer[];
  /** Files without a digest, because they are too large. */
  readonly tooLarge: readonly Buffer[];
  /** How many files have flags that are not known, because their file systems do not tell. */
  readonly withoutFlags: number;
}

export interface SurveyLimits {
  readonly maxEntries: number;
  readonly maxFileBytes: number;
}

export interface Surroundings {
  readonly places: Places;
  /** Folders that are no files of anybody: /proc. */
  readonly isPseudo: (path: Buffer) => boolean;
}

/** A file of 16 GiB takes 16 seconds. */
export const SURVEY_LIMITS: SurveyLimits = { maxEntries: 1_000_000, maxFileBytes: 16 * 2 ** 30 };

export async function survey(scope: Scope, surroundings: Surroundings, limits = SURVEY_LIMITS): Promise<Survey> {
  const surveyor = new Surveyor(surroundings, limits);
  for (const root of scope.paths) await surveyor.walk(root, exceptionsIn(root, scope.except, surroundings.places));
  return surveyor.result;
}

class Surveyor {
  /** By encoded path: a path may lie in two that are covered. */
  readonly #lines = new Map<string, Line>();
  readonly #troubles: Trouble[] = [];
  readonly #unseen: Buffer[] = [];
  readonly #tooLarge: Buffer[] = [];
  #withoutFlags = 0;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly limits: SurveyLimits,
  ) {}

  get result(): Survey {
    const lines = [...this.#lines.values()].sort((one, other) => byCodeUnits(one.path, other.path));
    return {
      lines,
      troubles: this.#troubles,
      unseen: this.#unseen,
      tooLarge: this.#tooLarge,
      withoutFlags: this.#withoutFlags,
    };
  }

  async walk(root: Buffer, isExcepted: IsExcepted): Promise<void> {
    const waiting = [root];
    for (let path = waiting.pop(); path; path = waiting.pop()) {
      if (this.#lines.size >= this.limits.maxEntries) return this.#tooMany(root);
      const relative = path.length > root.length ? relativeTo(root, path) : undefined;
      // What is left out if it is a file is not read.
      const maxBytes = relative !== undefined && isExcepted(relative) ? 0 : this.limits.maxFileBytes;
      const examination = await examine(path, maxBytes);
      const isFolder = examination.kind === 'there' && examination.stats.isDirectory();
      if (relative !== undefined && isExcepted(isFolder ? `${relative}/` : relative)) continue;
      if (isFolder && this.surroundings.isPseudo(path)) continue;
      const names = isFolder ? await this.#list(path) : [];
      this.#add(path, examination, names !== undefined);
      for (const name of names ?? []) waiting.push(joinPath(path, name));
    }
  }

  #add(path: Buffer, examination: Examination, isListed: boolean): void {
    if (examination.kind === 'gone') return;
    if (examination.kind === 'silent') return this.#miss(path, 'its volume does not answer');
    if (examination.kind === 'failed') return this.#miss(path, examination.why);
    const { content, flags } = examination;
    if (!flags) this.#withoutFlags++;
    if (content.kind === 'unreadable') this.#troubles.push({ path, why: content.why });
    if (content.kind === 'too large') this.#tooLarge.push(path);
    const line = toLine(path, examination, isListed);
    this.#lines.set(line.path, line);
  }

  /** @returns undefined when it cannot be listed */
  async #list(folder: Buffer): Promise<readonly Buffer[] | undefined> {
    try {
      return await namesIn(folder);
    } catch (error) {
      const why = error instanceof VolumeSilent ? 'its volume does not answer' : reasonText(error);
      this.#miss(folder, `it cannot be listed: ${why}`);
      return undefined;
    }
  }

  #miss(path: Buffer, why: string): void {
    this.#troubles.push({ path, why });
    this.#unseen.push(path);
  }

  /** Which files of the root were not reached is not known. */
  #tooMany(root: Buffer): void {
    this.#miss(root, `there are more than ${this.limits.maxEntries} files: cover fewer folders, or except some`);
  }
}
