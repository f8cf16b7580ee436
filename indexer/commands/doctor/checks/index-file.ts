/** Of the index and of the history of integrity monitoring. Pure. */
import { grouped } from '../../../../shared/counted.js';
import type { Facts } from '../facts.js';
import type { Finding, FindingName } from '../finding.js';
import type { IndexFacts } from '../look/index-file.js';
import { renew, start } from '../restart.js';
import type { Ways } from '../ways.js';

/** Below it the rest does not matter. */
const LARGE_BYTES = 64 << 20;
const MOSTLY = 0.5;

export function checkIndexFile(facts: Facts, ways: Ways): readonly Finding[] {
  const { index } = facts;
  if (!index) return [];
  const found = index.kind === 'open' ? ofOpen(index, ways) : ofFailed(index, facts, ways);
  return [...found, ...ofHistory(facts, ways)];
}

type Failed = Extract<IndexFacts, { kind: 'failed' }>;
type Open = Extract<IndexFacts, { kind: 'open' }>;

const BY_CODE: Readonly<Partial<Record<Failed['code'], FindingName>>> = {
  FT_STORE_MISSING: 'no index',
  FT_STORE_OLDER: 'index older',
  FT_STORE_NEWER: 'index newer',
  FT_STORE_CORRUPT: 'index damaged',
};

/** What the folder is refused for is a finding of the folders. */
function ofFailed({ code, message, hint }: Failed, facts: Facts, ways: Ways): readonly Finding[] {
  if (code === 'FT_FOLDER_UNUSABLE') return [];
  const finding = BY_CODE[code] ?? 'index unreadable';
  if (finding === 'no index' && facts.me.isSudo) return [];
  if (finding === 'no index') return [{ finding, text: 'there is no index yet', repair: firstRun(facts, ways) }];
  if (finding === 'index older') return [{ finding, text: message, ...renew(facts, ways) }];
  if (finding === 'index damaged') return [{ finding, text: message, repair: ways.textd('rebuild') }];
  return [{ finding, text: message, advice: hint }];
}

function firstRun(facts: Facts, ways: Ways): string {
  const hasRoots = (facts.configuration?.config.roots.length ?? 0) > 0;
  return hasRoots ? start(facts, ways) : ways.textd('run', '~');
}

function ofOpen({ file, damage, bytes, liveShare, reasons }: Open, ways: Ways): readonly Finding[] {
  const repair = ways.textd('rebuild');
  if (damage) return [{ finding: 'index damaged', text: `the index ${file} ${damage}`, repair }];
  return [...missing(reasons), ...ofSize({ file, bytes, liveShare }, repair)];
}

/** A folder to index, or a volume in it. */
function missing(reasons: Open['reasons']): readonly Finding[] {
  const gaps = reasons.filter(({ reason }) => reason === 'not mounted' || reason === 'not answering');
  return gaps.map(({ text }) => ({ finding: 'folder missing', text, advice: OF_MISSING }));
}

const OF_MISSING =
  'mount it, or see to its server; or name other folders to `find-textd run`, or in `roots` of the configuration';

function ofSize(
  { file, bytes, liveShare }: Pick<Open, 'file' | 'bytes' | 'liveShare'>,
  repair: string,
): readonly Finding[] {
  if (bytes < LARGE_BYTES || liveShare >= MOSTLY) return [];
  const share = `${Math.floor(liveShare * 100)} % of its ${grouped(Math.ceil(bytes / 1e6))} MB`;
  const advice = 'a daemon gives the rest back within a day';
  return [{ finding: 'index mostly free', text: `the index ${file} uses ${share}`, repair, advice }];
}

const OF_CHANGE = 'keep a copy of notify.db, and compare with the messages that were received: each has its digest';

function ofHistory(facts: Facts, ways: Ways): readonly Finding[] {
  const { status, fault } = facts.history ?? {};
  if (fault)
    return [
      { finding: 'history changed', text: `the history of what was told is not whole ${fault}`, advice: OF_CHANGE },
    ];
  const problem = status?.problem ?? null;
  if (problem === null) return [];
  const advice = 'a daemon with rules keeps a damaged one aside, and begins anew';
  return [{ finding: 'history unreadable', text: problem, advice, ...renew(facts, ways) }];
}
