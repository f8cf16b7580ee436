/**
 * `find-textd report`: for an auditor, what was watched, what was found and when nobody looked. Of the history of
 * `find-textd run`, or of one folder that `find-textd watch` has watched. Reads only.
 */
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FindTextError } from '../../../shared/errors.js';
import { displayPath } from '../../../shared/path-text.js';
import { openNotifyForReading } from '../../notify/store.js';
import { isReaderGone } from '../audit/stream-command.js';
import { type History, historiesIn, placeOfWatch } from '../histories.js';
import { realPath } from '../real-path.js';
import { parseSince } from '../since.js';
import { makeReport, readChanges, type Sources, type Span } from './make-report.js';
import { changeText, reportText } from './report-text.js';
import type { Report } from './report-words.js';

export interface ReportArgs {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly json?: boolean | undefined;
  /** That `find-textd watch` has watched, absolute. @default the history of `find-textd run`, or the only one */
  readonly folder?: Buffer | undefined;
}

export interface ReportIo {
  readonly dataDirectory: string;
  readonly configFile: string;
  readonly stdout: Writable;
}

/** @returns the exit status: 1 when the history is not whole. @throws FindTextError FT_CONFIG_INVALID, FT_STORE_… */
export async function runReport(args: ReportArgs, { stdout, ...places }: ReportIo): Promise<0 | 1> {
  const span = spanOf(args, Date.now());
  const histories = historiesIn(places.dataDirectory);
  const history = await choose(args.folder, histories, places.dataDirectory);
  const others = histories.filter(({ dataDirectory }) => dataDirectory !== history?.dataDirectory);
  const { dataDirectory } = history ?? places;
  const sources = { ...places, dataDirectory, history, others, db: openNotifyForReading(dataDirectory) };
  try {
    const report = await makeReport(sources, span);
    const pieces = args.json ? jsonPieces(report, sources, span) : textPieces(report, sources, span);
    await pipeline(pieces, stdout, { end: false }).catch((error: unknown) => {
      if (!isReaderGone(error)) throw error;
    });
    return report.history.isWhole === false ? 1 : 0;
  } finally {
    sources.db?.close();
  }
}

/** @returns undefined: there is none */
async function choose(
  folder: Buffer | undefined,
  histories: readonly History[],
  dataDirectory: string,
): Promise<History | undefined> {
  if (!folder)
    return histories.find(({ isOfWatch }) => !isOfWatch) ?? (histories.length === 1 ? histories[0] : undefined);
  const place = placeOfWatch(dataDirectory, await realPath(folder));
  const history = histories.find((each) => each.dataDirectory === place);
  if (history) return history;
  const watched = histories.flatMap((each) => (each.watched ? displayPath(each.watched) : []));
  throw new FindTextError(
    'FT_STORE_MISSING',
    `make a report of ${displayPath(folder)}: \`find-textd watch\` has not watched it`,
    {
      hint:
        watched.length > 0 ? `it has watched ${watched.join(', ')}` : 'without a folder it is about `find-textd run`',
    },
  );
}

function spanOf({ since, until }: ReportArgs, nowMs: number): Span {
  const sinceMs = since === undefined ? 0 : parseSince(since, nowMs);
  const untilMs = until === undefined ? nowMs : parseSince(until, nowMs, '--until');
  if (sinceMs < untilMs) return { sinceMs, untilMs };
  throw new FindTextError('FT_CONFIG_INVALID', 'make a report: --since is not before --until', {
    hint: 'both are times, as 2026-11-01, or how long ago, as 30d; without --until it is now',
  });
}

function* textPieces(report: Report, { db }: Sources, span: Span): Generator<string> {
  yield reportText(report);
  if (db) for (const change of readChanges(db, span)) yield changeText(change, report.deliveries);
}

/** One object, however many changes there are. */
function* jsonPieces(report: Report, { db }: Sources, span: Span): Generator<string> {
  yield `${JSON.stringify(report).slice(0, -1)},"changes":[`;
  let comma = '';
  for (const change of db ? readChanges(db, span) : []) {
    yield `${comma}${JSON.stringify(change)}`;
    comma = ',';
  }
  yield ']}\n';
}
