/** `find-textd page`: a link that opens the page of the daemon that runs. */
import { FindTextError } from '../../shared/errors.js';
import { runtimeFolder } from '../../shared/locations.js';
import { makeFolder } from '../../shared/own-folder.js';
import { cleanText } from '../../shared/path-text.js';
import { lockHolder } from '../../shared/store/lock.js';
import { makeLink } from '../page/login-links.js';
import { type PagePlace, readPlace } from '../page/page-place.js';
import type { Context } from './context.js';

/** @throws FindTextError FT_PAGE_OFF when there is no page; FT_FOLDER_UNUSABLE */
export function openPage(context: Pick<Context, 'locations' | 'config' | 'stdout'>): void {
  const { port } = requirePlace(context);
  makeFolder(runtimeFolder(context.locations));
  const secret = makeLink(context.locations.runtimeDirectory);
  context.stdout.write(`http://127.0.0.1:${port}/#${secret}\n`);
}

function requirePlace({ locations, config }: Pick<Context, 'locations' | 'config'>): PagePlace {
  const { runtimeDirectory, dataDirectory, configFile } = locations;
  const holder = lockHolder(dataDirectory, 'daemon');
  const place = readPlace(runtimeDirectory);
  if (place && place.pid === holder?.pid) return place;
  if (!config['page.enabled'])
    throw off(
      'the page is switched off',
      `write \`page.enabled = true\` into ${cleanText(configFile)}, above all tables, and make the daemon read it: ` +
        '`systemctl --user reload find-textd`, or start `find-textd run` anew',
    );
  if (!holder) throw off('no daemon runs', 'start it: `find-textd run`, or `systemctl --user start find-textd`');
  throw off(
    'the daemon that runs has no page',
    'it may have been switched on since the daemon began: `systemctl --user reload find-textd`, ' +
      `or SIGHUP to its process ${holder.pid}; then it has a page within seconds`,
  );
}

function off(why: string, hint: string): FindTextError {
  return new FindTextError('FT_PAGE_OFF', `open the page: ${why}`, { hint });
}
