/** One view is shown at a time; the address says which. */
import { byId, element } from './dom.js';

export interface View {
  readonly name: string;
  readonly title: string;
  /** Called whenever it is gone to. */
  readonly onShow: () => void;
}

export function showViews(views: readonly View[]): void {
  const links = views.map(({ name, title }) => element('a', { href: `#${name}` }, title));
  byId('views', 'nav').replaceChildren(...links);
  const show = () => {
    const shown = views.find(({ name }) => location.hash === `#${name}`) ?? views[0];
    for (const [at, view] of views.entries()) {
      const isShown = view === shown;
      byId(`view-${view.name}`, 'section').hidden = !isShown;
      if (isShown) links[at]?.setAttribute('aria-current', 'page');
      else links[at]?.removeAttribute('aria-current');
    }
    shown?.onShow();
  };
  window.addEventListener('hashchange', show);
  show();
}
