/**
 * Discord webhooks: one embed. Names are in inline code, the diff in a fence, and mentions are switched off as a whole.
 * @see https://docs.discord.com/developers/resources/message#embed-object-embed-limits
 */

import type { Severity } from '../../rules/rule.js';
import { cut, cutLines } from './cut.js';
import { code, fence, inCode, inFence, plainWords } from './fence.js';
import { type Format, jsonBody } from './format.js';
import type { Fact } from './message.js';

const MAX_TITLE = 700;
const MAX_DIFF = 2_000;
const MAX_NAME = 200;
const MAX_VALUE = 600;
/** Of all texts together. */
const MAX_ALL = 5_800;
const MAX_FIELDS = 25;
const COLOURS: Readonly<Record<Severity, number>> = {
  info: 0x8b_94_9e,
  notice: 0x1f_6f_eb,
  warning: 0xd2_99_22,
  critical: 0xda_36_33,
};

export const discord: Format = ({ message: { title, facts, diff, severity } }) => {
  const head = code(cut(title, { max: MAX_TITLE }, inCode));
  const description = diff ? `${head}\n${fence(cutLines(diff, { max: MAX_DIFF }, inFence), 'diff')}` : head;
  return jsonBody({
    embeds: [{ description, color: COLOURS[severity], fields: fields(facts, MAX_ALL - description.length) }],
    allowed_mentions: { parse: [] },
  });
};

function fields(facts: readonly Fact[], room: number): unknown[] {
  let used = 0;
  return facts.slice(0, MAX_FIELDS).flatMap(({ name, value }) => {
    const field = {
      name: cut(plainWords(name), { max: MAX_NAME }),
      value: code(cut(value, { max: MAX_VALUE }, inCode)),
    };
    used += field.name.length + field.value.length;
    return used > room ? [] : [field];
  });
}
