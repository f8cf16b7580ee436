/**
 * `find-textd why PATH [QUERY]`: is it in the index, and why, or why not, and does a query find it? Asks the disk, the
 * rules and the index by the code of the daemon; works with and without one, and for what is gone.
 */
import type { Writable } from 'node:stream';
import { openIndex } from '../../../shared/answer/open-index.js';
import { loadToml } from '../../../shared/config/load.js';
import type { Config } from '../../../shared/config/options.js';
import { expandHome } from '../../../shared/expand-home.js';
import type { Locations } from '../../../shared/locations.js';
import { lockHolder } from '../../../shared/store/lock.js';
import { asStoreError } from '../../../shared/store/open.js';
import type { UserNames } from '../../../shared/who-text.js';
import { loadAccounts } from '../../audit/view/accounts.js';
import { secrecyOf } from '../../notify/content/index-secrecy.js';
import { toNotify } from '../../notify/rules/parse-notify.js';
import { RuleSet } from '../../notify/rules/rule-set.js';
import { makeRules, PLACES } from '../../rules/rules.js';
import type { Secrecy } from '../../work/wish.js';
import { daemonStatus } from '../daemon-status.js';
import { loadOwnExtractors } from '../own-extractors.js';
import { argumentPaths } from '../raw-arguments.js';
import { placeOf } from '../real-path.js';
import { watchVolumes } from '../watch-volumes.js';
import { type Facts, gather, indexedRoots } from './facts.js';
import { judgePath } from './judge-path.js';
import { toWhyJson } from './why-json.js';
import { whyText } from './why-text.js';

export interface WhyArgs {
  readonly path: string;
  /** Words of a query; none: it is about the path alone. */
  readonly query?: readonly string[];
  readonly json?: boolean | undefined;
}

export interface WhyIo {
  readonly locations: Locations;
  readonly config: Config;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly users?: UserNames;
}

/** @returns the exit status: 1 when a search, or this query, cannot find it. @throws FindTextError FT_STORE_…, FT_CONFIG_INVALID */
export async function why(args: WhyArgs, io: WhyIo): Promise<0 | 1> {
  const [typed] = argumentPaths([expandHome(args.path)]) as [Buffer];
  const volumes = await watchVolumes([typed]);
  try {
    return await answer(await placeOf(typed), args, io);
  } finally {
    volumes.close();
  }
}

async function answer(path: Buffer, { query = [], json = false }: WhyArgs, io: WhyIo): Promise<0 | 1> {
  const { dataDirectory } = io.locations;
  const { users = loadAccounts().users } = io;
  const index = openIndex(dataDirectory);
  try {
    const roots = indexedRoots(index);
    const { extractors: commands } = loadOwnExtractors(io);
    const asked = {
      roots,
      query,
      rules: rulesOf(io, roots),
      secrecy: secrecyIn(io, roots),
      commands,
      limits: io.config,
    };
    const facts: Facts = await gather(path, index, asked).catch((error: unknown) => {
      throw asStoreError(`read the index ${index.file}`, error);
    });
    const daemon = daemonStatus(lockHolder(dataDirectory, 'daemon'), index.daemon.life, facts.known.keeping);
    io.stdout.write(json ? `${JSON.stringify(toWhyJson(facts, daemon, users))}\n` : whyText(facts, daemon, users));
    return isFound(facts) ? 0 : 1;
  } finally {
    index.db.close();
  }
}

/** By the query, or by any. */
function isFound(facts: Facts): boolean {
  return judgePath(facts).isIndexed && (facts.query?.explained?.isFound ?? facts.query === undefined);
}

/** As the daemon makes them. */
function rulesOf({ config, locations, stderr }: WhyIo, roots: readonly Buffer[]) {
  const own = [locations.dataDirectory, locations.stateDirectory, locations.runtimeDirectory];
  return makeRules(config, roots, own, (text) => stderr.write(`find-textd: ${text}\n`));
}

function secrecyIn({ locations: { configFile } }: WhyIo, roots: readonly Buffer[]): Secrecy | undefined {
  const { compiled } = toNotify(loadToml(configFile), { roots, places: PLACES });
  const { ofDiffs } = new RuleSet(compiled);
  return ofDiffs.rules.length > 0 ? secrecyOf(ofDiffs, { roots, places: PLACES }) : undefined;
}
