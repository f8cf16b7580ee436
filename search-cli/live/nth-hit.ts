/** `find-text --open N` and `--preview N`: one hit of a search, counted as the search prints them. */
import { answer, queryOptions } from '../../shared/answer/answer.js';
import { openIndex } from '../../shared/answer/open-index.js';
import { FindTextError } from '../../shared/errors.js';
import { cleanText, displayPath } from '../../shared/path-text.js';
import { toBytes } from '../../shared/paths.js';
import type { CanLook } from '../../shared/search/document-text.js';
import { type Preview, preview } from '../../shared/search/preview.js';
import type { Hit } from '../../shared/search/search.js';
import { EXIT } from '../exit-codes.js';
import { DEFAULT_LIMIT, type Flags } from '../flags.js';
import type { Output } from '../output.js';
import { queryText } from '../query-text.js';
import { type Action, openThere } from './act.js';
import { runBeside, runInTerminal } from './run-program.js';

export interface NthHitWorld {
  readonly dataDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly canLook: CanLook;
  /** There the same text is one hit. */
  readonly isTerminal: boolean;
}

const PREVIEW_LINES = 40;

/** @returns the exit status. @throws FindTextError */
export async function showNthHit(flags: Flags, world: NthHitWorld): Promise<number> {
  const { action, nth } = flags;
  const { hit, excerpt } = findNth(flags, world);
  if (!hit) {
    world.stderr.write(`find-text: there is no hit number ${nth}\n`);
    world.stderr.flush();
    return EXIT.nothingFound;
  }
  if (action === 'open') await open(hit, world);
  else world.stdout.write(previewText(hit, excerpt));
  world.stdout.flush();
  return EXIT.found;
}

function findNth(flags: Flags, world: NthHitWorld): { hit: Hit | undefined; excerpt: Preview | undefined } {
  const { nth, words, action, hasCopies } = flags;
  const index = openIndex(world.dataDirectory);
  const asker = { nowMs: Date.now(), home: world.env.HOME, cwd: world.cwd, canLook: world.canLook };
  try {
    const options = queryOptions(index, asker);
    const query = queryText(index.db, words, options);
    const copies = world.isTerminal && !hasCopies ? ({ copies: 'folded' } as const) : {};
    // The number is that of a search that prints as many.
    const asked = { query, wants: 'hits', limit: Math.max(DEFAULT_LIMIT, nth), ...copies } as const;
    const { found } = answer(index, asked, asker);
    const hit = found.kind === 'best hits' ? found.result.hits[nth - 1] : undefined;
    if (!hit || action === 'open') return { hit, excerpt: undefined };
    const at = { path: toBytes(hit.path), innerPath: hit.innerPath && toBytes(hit.innerPath), query };
    return { hit, excerpt: preview(index.db, at, { ...options, lines: PREVIEW_LINES }) };
  } finally {
    index.db.close();
  }
}

async function open(hit: Hit, { env }: NthHitWorld): Promise<void> {
  const { path, innerPath, type } = hit;
  const place = { page: hit.page?.(), line: hit.pointed ? hit.pointed.line : hit.line?.() };
  const action = await openThere({ path: toBytes(path), type, isInner: innerPath !== undefined, ...place }, env);
  const why = action.kind === 'say' ? action.text.replace('; ^Y copies its path', '') : await run(action);
  if (why === undefined) return;
  throw new FindTextError('FT_OPEN_FAILED', `open ${displayPath(path)}: ${why}`);
}

/** Waits as long as the program does, to say how it ended: most leave at once. It goes on when this one is ended. */
async function run({ commands, needsTerminal }: Extract<Action, { kind: 'run' }>) {
  const [first] = commands;
  const stay = setInterval(() => {}, 60_000);
  try {
    return await (needsTerminal && first ? runInTerminal(first) : runBeside(commands));
  } finally {
    clearInterval(stay);
  }
}

/** As grep -n has it: `12:` before a line that matches, `11-` before one that does not. */
function previewText({ path, snippet }: Hit, excerpt: Preview | undefined): string {
  const head = `${displayPath(path)}\n`;
  if (!excerpt) return `${head}${snippet.text === '' ? '' : `${cleanText(snippet.text)}\n`}`;
  let at = 0;
  const lines = excerpt.text.split('\n').map((line, i) => {
    const [start, end] = [at, at + line.length];
    at = end + 1;
    const isMatch = excerpt.highlights.some(([from, to]) => from < end && to > start);
    const number = excerpt.line === undefined ? '' : String(excerpt.line + i).padStart(6);
    return `${number}${isMatch ? ':' : '-'} ${cleanText(line.replaceAll('\t', '    '))}\n`;
  });
  return head + lines.join('');
}
