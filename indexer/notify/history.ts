/** The history of what was told of changes, for whoever works on it once: commands, and the page. */
import { FindTextError } from '../../shared/errors.js';
import type { Db } from '../../shared/store/open.js';
import { hasHistory, openNotify } from './store.js';

/** Opens the history for the action, and closes it. @throws FindTextError FT_CONFIG_INVALID when there is none; FT_STORE_… */
export function withHistory<T>(dataDirectory: string, doing: string, action: (db: Db) => T): T {
  if (!hasHistory(dataDirectory))
    throw new FindTextError('FT_CONFIG_INVALID', `${doing}: integrity monitoring has never run`, {
      hint: 'write a [[notify]] rule into the configuration and start `find-textd run`',
    });
  const db = openNotify(dataDirectory);
  try {
    return action(db);
  } finally {
    db.close();
  }
}
