/** Entry of the page: takes the link it was opened with, then shows its views. */
import { takeLink } from './daemon.js';
import { DeadView } from './dead-view.js';
import { showTrouble } from './dom.js';
import { HistoryView } from './history-view.js';
import { SearchView } from './search-view.js';
import { StatusView } from './status-view.js';
import { ToldView } from './told-view.js';
import { showViews } from './views.js';

const happened = new HistoryView();
const search = new SearchView((file) => {
  happened.setFile(file);
  location.hash = '#history';
});
const status = new StatusView();
const told = new ToldView();
const undelivered = new DeadView();

document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement;
  if (event.key !== '/' || isTyping || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  location.hash = '#search';
  search.focus();
});

takeLink()
  .catch(showTrouble)
  .finally(() =>
    showViews([
      { name: 'search', title: 'Search', onShow: () => search.focus() },
      { name: 'status', title: 'Status', onShow: () => status.load() },
      { name: 'history', title: 'History', onShow: () => happened.load() },
      { name: 'told', title: 'Told changes', onShow: () => told.load() },
      { name: 'undelivered', title: 'Undelivered', onShow: () => undelivered.load() },
    ]),
  );
