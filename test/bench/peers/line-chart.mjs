/** A chart of lines on two logarithmic axes, as SVG text: no library, no script, light and dark. Pure. */
import { decades, scaleLog, spreadOut } from './scale.mjs';

const WIDTH = 860;
const PLOT = { left: 78, right: 640, top: 56, bottom: 400 };
const LABEL_GAP = 18;
const LABEL_X = PLOT.right + 26;
const LINE_HEIGHT = 17;
/** Told apart by people who do not see all colours; the shapes tell them apart as well. */
const COLORS = ['#d55e00', '#0072b2', '#009e73', '#cc79a7', '#b8860b', '#56b4e9', '#7f7f7f', '#5e3c99'];
const SHAPES = ['circle', 'square', 'diamond', 'triangle', 'ring', 'cross', 'bar', 'star'];
const STYLE = `text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-size:16px;font-weight:600}.ours{font-weight:700}.quiet{fill:#59636e}
.back{fill:#fff}.grid{stroke:#d1d9e0;stroke-width:1}.axis{stroke:#59636e;stroke-width:1}
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.quiet{fill:#9198a1}.back{fill:#0d1117}.grid{stroke:#3d444d}.axis{stroke:#9198a1}}`;

/**
 * @param chart  `title`, `summary` (said to who cannot see it), `xTitle`, `xTicks` ([value, label]), `yLabel` (value → text), `series`
 * ({ name, points: [{ x, y }], stopped? } – `stopped` is a point that was not reached in time), `notes` (lines below).
 */
export function lineChart({ title, summary, xTitle, xTicks, yLabel, series, notes = [] }) {
  const looks = series.map((one, at) => ({
    ...one,
    color: COLORS[at % COLORS.length],
    shape: SHAPES[at % SHAPES.length],
  }));
  const drawn = looks.filter(({ points, stopped }) => points.length > 0 || stopped);
  const values = drawn.flatMap(({ points, stopped }) => [...points, ...(stopped ? [stopped] : [])]);
  const ticks = decades(values.map(({ y }) => y));
  const x = scaleLog(
    xTicks.map(([value]) => value),
    [PLOT.left + 30, PLOT.right - 10],
  );
  const y = scaleLog(ticks, [PLOT.bottom, PLOT.top]);
  const height = PLOT.bottom + 62 + notes.length * LINE_HEIGHT;
  const labels = labelPlaces(drawn, y);
  const body = [
    `<rect class="back" width="${WIDTH}" height="${height}"/>`,
    text(PLOT.left, 28, title, 'class="title"'),
    ...ticks.flatMap((tick) => yTick(y(tick), yLabel(tick))),
    ...xTicks.flatMap(([value, label]) => xTick(x(value), label)),
    text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 42, xTitle, 'class="quiet" text-anchor="middle"'),
    ...drawn.flatMap((one, at) => drawSeries(one, { x, y, label: labels[at] })),
    ...notes.map((note, at) => text(PLOT.left, PLOT.bottom + 64 + at * LINE_HEIGHT, note, 'class="quiet"')),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escaped(title)}</title>
<desc>${escaped(summary)}</desc>
<style>${STYLE}</style>
${body.join('\n')}
</svg>
`;
}

function yTick(at, label) {
  return [
    `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}"/>`,
    text(PLOT.left - 10, at + 4, label, 'class="quiet" text-anchor="end"'),
  ];
}

function xTick(at, label) {
  return [
    `<line class="axis" x1="${at}" x2="${at}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 5}"/>`,
    text(at, PLOT.bottom + 22, label, 'class="quiet" text-anchor="middle"'),
  ];
}

function drawSeries({ name, points, stopped, isOurs, color, shape }, { x, y, label }) {
  const places = points.map((point) => [x(point.x), y(point.y)]);
  const end = stopped && [x(stopped.x), y(stopped.y)];
  const line = `stroke="${color}" stroke-width="${isOurs ? 3.5 : 2}" fill="none"`;
  return [
    places.length > 1 && `<polyline ${line} points="${places.map((place) => place.join(',')).join(' ')}"/>`,
    end &&
      places.length > 0 &&
      `<polyline ${line} stroke-dasharray="4 4" points="${places.at(-1).join(',')} ${end.join(',')}"/>`,
    ...places.map(([left, top]) => marker(shape, left, top, color)),
    end && marker('stop', end[0], end[1], color),
    leader(end ?? places.at(-1), label, color),
    text(LABEL_X, label + 4, name, isOurs ? 'class="ours"' : ''),
  ].filter(Boolean);
}

/** From the last point of a line to its name. */
function leader([left, top], label, color) {
  return `<polyline stroke="${color}" stroke-width="1" stroke-opacity="0.5" fill="none" points="${left + 8},${top} ${PLOT.right + 6},${top} ${LABEL_X - 4},${label}"/>`;
}

function labelPlaces(series, y) {
  const wanted = series.map(({ points, stopped }) => y((stopped ?? points.at(-1)).y));
  return spreadOut(wanted, LABEL_GAP, [PLOT.top, PLOT.bottom]);
}

function marker(shape, x, y, color) {
  const path = (d, fill = color) => `<path d="${d}" fill="${fill}" stroke="${color}" stroke-width="2"/>`;
  switch (shape) {
    case 'square':
      return path(`M${x - 4},${y - 4}h8v8h-8z`);
    case 'diamond':
      return path(`M${x},${y - 6}l6,6l-6,6l-6,-6z`);
    case 'triangle':
      return path(`M${x},${y - 6}l6,10h-12z`);
    case 'ring':
      return `<circle cx="${x}" cy="${y}" r="5" fill="none" stroke="${color}" stroke-width="2"/>`;
    case 'cross':
      return path(`M${x - 5},${y}h10M${x},${y - 5}v10`, 'none');
    case 'bar':
      return path(`M${x - 5},${y - 2}h10v4h-10z`);
    case 'star':
      return path(`M${x},${y - 5}v10M${x - 5},${y - 3}l10,6M${x - 5},${y + 3}l10,-6`, 'none');
    case 'stop':
      return path(`M${x - 5},${y - 5}l10,10M${x - 5},${y + 5}l10,-10`, 'none');
    default:
      return `<circle cx="${x}" cy="${y}" r="5" fill="${color}"/>`;
  }
}

function text(x, y, content, attributes) {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped(content)}</text>`;
}

function round(value) {
  return Math.round(value * 10) / 10;
}

function escaped(content) {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
