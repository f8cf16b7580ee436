/**
 * Teams, by the address of a workflow: an Adaptive Card. Its rich text knows no Markdown. A line of the diff is a block of its own,
 * because line feeds are shown by some clients only. 21 kB go through, 28 are promised.
 */
import { bytes, cut } from './cut.js';
import { type Format, jsonBody } from './format.js';
import type { Fact } from './message.js';

const MAX_BYTES = 20_000;
const MAX_TITLE = 1_000;
const MAX_VALUE = 1_000;
const MAX_LINE = 400;

export const teams: Format = ({ message: { title, facts, diff } }) => {
  const head = [block(title, { weight: 'Bolder', max: MAX_TITLE }), ...facts.map(fact)];
  const lines = diff ? diff.replace(/\n$/, '').split('\n') : [];
  return jsonBody(card(withinBytes([...head, ...lines.map(diffLine)])));
};

function card(body: readonly unknown[]): unknown {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.2',
    body,
    msteams: { width: 'Full' },
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}

interface Look {
  readonly weight?: string;
  readonly fontType?: string;
  readonly max: number;
}

function block(text: string, { max, ...look }: Look, spacing = 'Small'): unknown {
  const run = { type: 'TextRun', text: cut(text, { max, measure: bytes }, literal), ...look };
  return { type: 'RichTextBlock', spacing, inlines: [run] };
}

function fact({ name, value }: Fact): unknown {
  return block(`${name}: ${value}`, { max: MAX_VALUE });
}

function diffLine(line: string): unknown {
  const text =
    line === ''
      ? ' '
      : line.replace(/^[ \t]+|(?<=^[+-])[ \t]+/g, (blank) => blank.replace(/\t/g, '    ').replace(/ /g, '\u00a0'));
  return block(text, { fontType: 'Monospace', max: MAX_LINE }, 'None');
}

/** `{{DATE(…)}}` is a date to Teams, `<at>` a person. */
function literal(text: string): string {
  return text.replaceAll('{', '{\u200b').replaceAll('<', '<\u200b');
}

function withinBytes(blocks: readonly unknown[]): unknown[] {
  const frame = bytes(JSON.stringify(card([])));
  let used = frame + 200;
  const shown = blocks.findIndex((each) => {
    used += bytes(JSON.stringify(each)) + 1;
    return used > MAX_BYTES;
  });
  if (shown < 0) return [...blocks];
  return [...blocks.slice(0, shown), block(`… ${blocks.length - shown} more lines`, { max: MAX_LINE })];
}
