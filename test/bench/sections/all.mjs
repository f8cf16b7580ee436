/** The sections in the order they run: name → what it is and how to run it. */
import { run as known } from '../known-items.mjs';
import { run as auditFresh } from './audit-fresh.mjs';
import { run as auditParse } from './audit-parse.mjs';
import { run as burst } from './burst.mjs';
import { run as cli } from './cli.mjs';
import { run as desktop } from './desktop.mjs';
import { run as fresh } from './fresh.mjs';
import { run as idle } from './idle.mjs';
import { run as index } from './index.mjs';
import { run as live } from './live.mjs';
import { run as loop } from './loop.mjs';
import { run as million } from './million.mjs';
import { run as notify } from './notify.mjs';
import { run as page } from './page.mjs';
import { run as replace } from './replace.mjs';
import { run as search } from './search.mjs';
import { run as watch } from './watch.mjs';

/**
 * run(context) → { figures?, tables?, checks?, notes?, raw? }; see lib/table.mjs for figures. isLong: it is run only when it
 * is named.
 */
export const byName = {
  index: { title: 'building the index of M', run: index },
  search: { title: 'warm search in one process on M, 10 hits with snippets', run: search },
  cli: { title: 'find-text as a whole process', run: cli },
  fresh: { title: 'close() of a new file until a search finds it', run: fresh },
  burst: { title: '100,000 files in one burst while a user searches', run: burst },
  notify: { title: '50,000 files in one burst beside ten rules, and without', run: notify },
  idle: { title: 'the daemon on M with nothing to do', run: idle },
  replace: { title: 'replacing one 20 KB document in the index of M', run: replace },
  loop: { title: 'the event loop of the daemon while M is indexed', run: loop },
  live: { title: 'the query socket and find-text -i on M', run: live },
  desktop: { title: 'GNOME Shell and KRunner over a session bus, on M', run: desktop },
  page: { title: 'the page on M, from a key to its hits', run: page },
  million: { title: 'a million documents: what a query costs, and is its answer right', run: million, isLong: true },
  known: { title: 'known items: is the right file on top', run: known },
  watch: { title: 'from nothing to seeing changes in a tree of 100,000 folders', run: watch },
  'audit-fresh': { title: 'close() of a new file until a search finds it, with the audit source', run: auditFresh },
  'audit-parse': { title: 'audit events turned into changes', run: auditParse },
};
