/** The last seven days: how much happened in each hour, and when changes may have been missed. As a picture, and in words. */
import type { TimelineWords } from '../words.js';
import { counted } from './count-text.js';
import { element } from './dom.js';
import { timeText } from './file-words.js';

const SVG = 'http://www.w3.org/2000/svg';
const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const HEIGHT = 40;
const SHOWN_GAPS = 20;

export function timelineOf(words: TimelineWords): HTMLElement[] {
  return [
    element('h3', {}, 'Last seven days'),
    element('figure', {}, pictureOf(words), element('figcaption', { class: 'faint' }, captionOf(words))),
    ...gapsOf(words),
  ];
}

function pictureOf(words: TimelineWords): SVGElement {
  const { hours, gaps, sinceMs } = words;
  const picture = shape('svg', { viewBox: `0 0 ${hours.length} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' });
  picture.setAttribute('aria-label', captionOf(words));
  const days = hours.flatMap((_, at) =>
    at % DAY_HOURS === 0 ? [shape('rect', { class: 'day', ...bar(at, HEIGHT, 0.15) })] : [],
  );
  const most = Math.log1p(Math.max(1, ...hours));
  const bars = hours.map((count, at) =>
    shape('rect', { class: 'bar', ...bar(at, (HEIGHT * Math.log1p(count)) / most, 0.8) }),
  );
  const marks = gaps.flatMap((gap) => {
    const at = Math.floor((gap.sinceMs - sinceMs) / HOUR_MS);
    return at < 0 ? [] : [shape('rect', { class: 'gap', ...bar(at, HEIGHT, 0.5) })];
  });
  picture.append(...days, ...bars, ...marks);
  return picture;
}

function bar(at: number, height: number, width: number): Record<string, string> {
  return { x: String(at), y: String(HEIGHT - height), width: String(width), height: String(height) };
}

function shape(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(SVG, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function captionOf({ hours, gaps, sinceMs }: TimelineWords): string {
  const count = hours.reduce((sum, each) => sum + each, 0);
  const most = Math.max(0, ...hours);
  const busiest =
    most === 0 ? '' : `, most at ${timeText(sinceMs + hours.indexOf(most) * HOUR_MS)} (${most.toLocaleString()})`;
  const inside = gaps.filter((gap) => gap.sinceMs >= sinceMs).length;
  return `${counted(count, 'event')}${busiest}. Gaps that began: ${inside}.`;
}

function gapsOf({ gaps }: TimelineWords): HTMLElement[] {
  if (gaps.length === 0) return [element('p', {}, 'No gap is known.')];
  const items = gaps.slice(0, SHOWN_GAPS).map(({ sinceMs, isOpen, text }) => {
    const since = sinceMs > 0 ? timeText(sinceMs) : 'not known since when';
    return element('li', {}, element('strong', {}, isOpen ? 'Open' : 'Closed'), ` · ${since} · ${text}`);
  });
  return [element('h3', {}, 'Gaps'), element('ul', { class: 'list' }, ...items)];
}
