/**
 * Slack incoming webhooks, and Discord's `…/slack`. Names go into plain text, where nothing is obeyed; the diff into a fence. At
 * most about 13,000 characters in all.
 * @see https://docs.slack.dev/reference/block-kit/blocks/section-block
 */
import { cut, cutLines, type Escape } from './cut.js';
import { fence } from './fence.js';
import { type Format, jsonBody } from './format.js';
import type { Fact } from './message.js';

const MAX_TITLE = 600;
const MAX_VALUE = 800;
const MAX_FACTS = 6_000;
const MAX_SECTION = 3_000;
const MAX_DIFF = 2_900;

export const slack: Format = ({ message: { title, facts, diff } }) =>
  jsonBody({
    text: cut(title, { max: MAX_TITLE }, escaped),
    blocks: [
      plain(cut(title, { max: MAX_TITLE })),
      ...sections(facts).map(plain),
      ...(diff ? [{ type: 'section', text: { type: 'mrkdwn', text: fenced(diff), verbatim: true } }] : []),
    ],
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  });

function plain(text: string): unknown {
  return { type: 'section', text: { type: 'plain_text', text, emoji: false } };
}

/** Facts together, as many as one section takes. */
function sections(facts: readonly Fact[]): string[] {
  const texts: string[] = [];
  let used = 0;
  for (const { name, value } of facts) {
    const line = `${name}: ${cut(value, { max: MAX_VALUE })}`;
    used += line.length + 1;
    if (used > MAX_FACTS) break;
    const last = texts.at(-1);
    if (last === undefined || last.length + line.length + 1 > MAX_SECTION) texts.push(line);
    else texts[texts.length - 1] = `${last}\n${line}`;
  }
  return texts;
}

function fenced(diff: string): string {
  return fence(cutLines(diff, { max: MAX_DIFF }, inSlackFence));
}

const inSlackFence: Escape = (text) => escaped(text).replaceAll('`', '`\u200b');

/** @see https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
