/**
 * Works on files of which the attributes alone are reported as changed, as by `chmod -R`: they are not read. Those of a
 * flood come past the queue; what turns out to be more goes into it.
 */
import { toBytes } from '../../shared/paths.js';
import { type FileStat, PRIORITY } from '../../shared/types.js';
import { isOpenFile } from '../disk/observe.js';
import type { FreshnessKeeper } from '../freshness/keeper.js';
import type { Extractors, IndexView, Outlet } from '../parts.js';
import { toQueue } from '../queue/attribute-change.js';
import type { ChangeSource } from '../sources/change-source.js';
import type { AttributeChange, QueueEntry, WriteOp } from '../words.js';
import type { Versions } from './compare.js';
import { decide } from './decide.js';
import { isFile, type Looked, type LookedFile, type LookParts, lookAt } from './look.js';
import { withNameOnly } from './name-only.js';

export interface AttributeWorkerParts extends LookParts {
  readonly index: Pick<IndexView, 'atOnce' | 'documents' | 'inDoubt'>;
  readonly extractors: Pick<Extractors, 'versions'>;
  readonly source: Pick<ChangeSource, 'caughtUp'>;
  readonly freshness: Pick<FreshnessKeeper, 'isComplete'>;
  readonly outlet: Outlet;
}

/** A file whose text is as the index has it. */
export interface Unread {
  readonly id: number;
  readonly stat: FileStat;
}

export class AttributeWorker {
  readonly #versions: Versions;

  constructor(private readonly parts: AttributeWorkerParts) {
    this.#versions = withNameOnly(parts.extractors.versions);
  }

  /** Each of them is in the index with its event, or in the queue. */
  async run(changes: readonly AttributeChange[]): Promise<void> {
    const looked = await lookAt(changes.map(toEntry), this.parts);
    const unread = await this.unread(looked);
    await this.parts.outlet.write(
      changes.flatMap((change, at): readonly WriteOp[] => {
        const known = unread.get(looked[at] as Looked);
        return known ? [{ kind: 'attributes', ...change, ...known }] : toQueue(change);
      }),
    );
  }

  /**
   * Files that need not be read. Their stat was taken before all changes until then were known to be in the queue, so
   * that a rewrite it shows waits there.
   */
  async unread(looked: readonly Looked[]): Promise<ReadonlyMap<Looked, Unread>> {
    const files = looked.filter(isFile).filter(({ entry }) => entry.isAttributes);
    if (files.length === 0 || !(await this.#isCaughtUp())) return new Map();
    const { index } = this.parts;
    const found = index.atOnce(() => {
      const inDoubt = index.inDoubt(files.map(({ entry }) => entry.path));
      return files.flatMap((file) => this.#unread(file, inDoubt.has(file.entry.path)));
    });
    const open = await Promise.all(found.map(([{ entry }]) => isOpenFile(entry.path)));
    return new Map(found.filter((_, at) => open[at]));
  }

  #unread(file: LookedFile, isInDoubt: boolean): (readonly [LookedFile, Unread])[] {
    const { entry, observed, wish = 'index' } = file;
    const state = this.parts.index.documents.findState(entry.path);
    const decision = decide({ ...observed, isAttributes: true }, { state, isInDoubt }, wish, this.#versions);
    return state && decision.kind === 'touch' ? [[file, { id: state.id, stat: decision.stat }]] : [];
  }

  /** Whatever changed until now is in the queue, and nothing was missed before. */
  async #isCaughtUp(): Promise<boolean> {
    const { source, freshness } = this.parts;
    return ((await source.caughtUp?.()) ?? false) && freshness.isComplete;
  }
}

function toEntry({ path }: AttributeChange): QueueEntry {
  const priority = PRIORITY.bulk;
  return { path: toBytes(path), scope: 'path', priority, attempt: 0, renamedFrom: null, isAttributes: 1 };
}
