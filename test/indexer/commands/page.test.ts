import { mkdirSync, readdirSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { openPage } from '../../../indexer/commands/page.js';
import { redeemLink } from '../../../indexer/page/login-links.js';
import { forgetPlace, readPlace, tellPlace } from '../../../indexer/page/page-place.js';
import { toConfig } from '../../../shared/config/load.js';
import { type Locations, locate } from '../../../shared/locations.js';
import { ensureIndexDirectory } from '../../../shared/store/generation.js';
import { takeLock } from '../../../shared/store/lock.js';
import { tempFolder } from '../../helpers/temp.js';
import { TextSink } from '../../helpers/text-sink.js';

describe('find-textd page', () => {
  let locations: Locations;
  const open = (isEnabled: boolean) => {
    const stdout = new TextSink();
    const config = toConfig({ page: { enabled: isEnabled } }, '');
    openPage({ locations, config, stdout: stdout as unknown as NodeJS.WriteStream });
    return stdout.text;
  };
  const refusal = (isEnabled: boolean) => {
    try {
      return open(isEnabled);
    } catch (error) {
      const { code, message, hint } = error as Error & { code: string; hint: string };
      return `${code}: ${message}; ${hint}`;
    }
  };

  beforeEach(() => {
    locations = locate({ HOME: tempFolder() });
    ensureIndexDirectory(locations.dataDirectory);
    mkdirSync(locations.runtimeDirectory, { recursive: true, mode: 0o700 });
  });

  it('prints a link to the page of the daemon that runs', () => {
    const lock = takeLock(locations.dataDirectory, 'daemon', 'run');
    tellPlace(locations.runtimeDirectory, 4711);
    const [, secret] = /^http:\/\/127\.0\.0\.1:4711\/#([\w-]{43})\n$/.exec(open(true)) ?? [];
    expect(redeemLink(locations.runtimeDirectory, secret)).toBe(true);
    lock.release();
  });

  it('says what to do where there is none', () => {
    expect(refusal(false)).toMatch(
      /^FT_PAGE_OFF: open the page: the page is switched off; .*page\.enabled = true.* reload /,
    );
    expect(refusal(true)).toMatch(/no daemon runs/);
    const lock = takeLock(locations.dataDirectory, 'daemon', 'run');
    expect(refusal(true)).toMatch(/the daemon that runs has no page; .*SIGHUP to its process \d+; .*within seconds/);
    lock.release();
    expect(readdirSync(locations.runtimeDirectory)).toEqual([]);
  });

  it('gives no link to the place of a daemon that has ended', () => {
    tellPlace(locations.runtimeDirectory, 4711);
    expect(refusal(true)).toMatch(/no daemon runs/);
    forgetPlace(locations.runtimeDirectory);
    expect(readPlace(locations.runtimeDirectory)).toBeUndefined();
  });
});
