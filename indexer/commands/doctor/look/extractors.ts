/** Do the extractors work here, what keeps them in, and which programs of other packages are missing? */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toBytes } from '../../../../shared/paths.js';
import { PRIORITY } from '../../../../shared/types.js';
import { distributionOf } from '../../../audit/install/facts.js';
import { ExtractorPool } from '../../../extract/pool.js';
import { type Walls, wallsHere } from '../../../system/confine.js';
import type { Place } from '../place.js';

export interface ExtractorFacts {
  readonly walls: Walls;
  /** Why a text was not read; undefined: it was. */
  readonly failure: string | undefined;
  readonly missing: readonly Tool[];
  /** `debian`, as /etc/os-release has it. */
  readonly distribution: string;
}

export interface Tool {
  readonly path: string;
  /** As the larger distributions call it. */
  readonly inPackage: string;
  readonly gives: string;
}

const TRIAL_MS = 20_000;

export async function lookAtExtractors(place: Place): Promise<ExtractorFacts> {
  const failure = await tryOne(place);
  const missing = toolsFor(place.env).filter(({ path }) => !existsSync(join(place.base, path)));
  return { walls: wallsHere(), failure, missing, distribution: distributionOf(place.base) };
}

/** What is beside the extractor's program in every installation, also in the Debian package. */
async function tryOne({ program }: Place): Promise<string | undefined> {
  const folder = dirname(program);
  const workerPath = join(folder, 'extract-worker.js');
  if (!existsSync(workerPath)) return `${workerPath} is missing`;
  const pool = new ExtractorPool({ workerPath, workers: 1, timeoutMs: TRIAL_MS });
  try {
    const [outcome] = await pool.extract([{ path: toBytes(join(folder, 'package.json')) }], PRIORITY.interactive);
    if (outcome?.kind === 'extracted' && outcome.extraction.text.length > 0) return undefined;
    return outcome?.kind === 'failed' ? outcome.message : `it was ${outcome?.kind ?? 'not answered'}`;
  } finally {
    await pool.close();
  }
}

function toolsFor({ DISPLAY, WAYLAND_DISPLAY }: NodeJS.ProcessEnv): readonly Tool[] {
  return DISPLAY || WAYLAND_DISPLAY ? [...TOOLS, ...OF_DESKTOPS] : TOOLS;
}

const TOOLS: readonly Tool[] = [
  { path: '/usr/bin/prlimit', inPackage: 'util-linux', gives: 'a limit on the memory of extractors' },
  { path: '/usr/bin/setpriv', inPackage: 'util-linux', gives: 'extractors that end with the daemon, however it ends' },
  { path: '/usr/bin/ionice', inPackage: 'util-linux', gives: 'extractors that read when nobody else wants the disk' },
  { path: '/usr/bin/diff', inPackage: 'diffutils', gives: 'quick differences of large files in messages' },
];
const OF_DESKTOPS: readonly Tool[] = [
  { path: '/usr/bin/xdg-open', inPackage: 'xdg-utils', gives: '`find-text --open` with the program of the desktop' },
];
