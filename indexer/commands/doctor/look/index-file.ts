/** The index as a search opens it, and whether it is whole. */
import { judge, type Reason } from '../../../../shared/answer/judge.js';
import { type Knowledge, readKnowledge } from '../../../../shared/answer/knowledge.js';
import { damagedText, type OpenIndex, openIndex } from '../../../../shared/answer/open-index.js';
import { everywhere } from '../../../../shared/answer/reach.js';
import { type ErrorCode, FindTextError } from '../../../../shared/errors.js';
import { guard } from '../../../../shared/store/open.js';
import { checkSeal } from '../../../../shared/store/seal.js';
import { indexBytes, liveShare } from '../../../../shared/store/space.js';
import { readRoots } from '../../status.js';
import type { Place } from '../place.js';

export type IndexFacts =
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined }
  | OpenFacts;

interface OpenFacts {
  readonly kind: 'open';
  readonly file: string;
  readonly bytes: number;
  readonly folders: number;
  readonly liveShare: number;
  readonly damage: string | undefined;
  /** It is too large to be read through now. */
  readonly isUnchecked: boolean;
  /** 0: none. */
  readonly newestEventMs: number;
  readonly known: Pick<Knowledge, 'keeping' | 'state' | 'freshness'>;
  readonly reasons: readonly Reason[];
  readonly roots: readonly Buffer[];
}

/** SQLite reads about 100 MB in a second. */
const MOST_BYTES = 1 << 30;

export function lookAtIndex({ locations: { dataDirectory }, nowMs }: Place): IndexFacts {
  try {
    const index = openIndex(dataDirectory);
    try {
      return guard(`read the index ${index.file}`, () => openFacts(index, nowMs));
    } finally {
      index.db.close();
    }
  } catch (error) {
    if (!(error instanceof FindTextError)) throw error;
    const { code, message, hint } = error;
    return { kind: 'failed', code, message, hint };
  }
}

function openFacts(index: OpenIndex, nowMs: number): OpenFacts {
  const { db, file } = index;
  const bytes = indexBytes(file);
  const isUnchecked = bytes > MOST_BYTES;
  const damage = damageOf(index, isUnchecked);
  const known = readKnowledge(index, nowMs, everywhere);
  const number = (sql: string) => db.prepare<[], number | null>(sql).pluck().get() ?? 0;
  return {
    kind: 'open',
    file,
    bytes,
    damage,
    isUnchecked,
    folders: number('SELECT count(*) FROM dir'),
    liveShare: liveShare(db),
    newestEventMs: number('SELECT max(at_ms) FROM event'),
    known,
    reasons: judge(known),
    roots: readRoots(index).map(({ path }) => path),
  };
}

/** The seal tells at once; without one SQLite reads all of it. */
function damageOf({ db, file, isDamaged }: OpenIndex, isUnchecked: boolean): string | undefined {
  const seal = isDamaged ? 'damaged' : checkSeal(file, !isUnchecked);
  if (seal === 'damaged') return damagedText;
  if (seal === 'whole' || isUnchecked) return undefined;
  const found = db.pragma('integrity_check(1)', { simple: true }) as string;
  return found === 'ok' ? undefined : `is damaged: ${found}`;
}
