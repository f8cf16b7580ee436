/** Where a doctor looks: this machine and this user. Tests have others. */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Locations, locate } from '../../../shared/locations.js';
import { type SetupParts, systemParts } from '../../audit/install/install.js';

export interface Place {
  readonly locations: Locations;
  readonly env: NodeJS.ProcessEnv;
  readonly uid: number;
  /** find-textd, by its real path. */
  readonly program: string;
  readonly version: string;
  readonly audit: SetupParts;
  /** `/proc`. */
  readonly proc: string;
  /** Where the programs of other packages are: `/`. */
  readonly base: string;
  readonly nowMs: number;
}

export function thisPlace(env: NodeJS.ProcessEnv = process.env): Place {
  return {
    locations: locate(env),
    env,
    uid: process.geteuid?.() ?? 0,
    program: realpathSync(fileURLToPath(new URL('find-textd.js', import.meta.url))),
    version: process.env.FIND_TEXT_VERSION ?? 'unbuilt',
    audit: systemParts(),
    proc: '/proc',
    base: '/',
    nowMs: Date.now(),
  };
}
