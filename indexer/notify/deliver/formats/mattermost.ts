/** Mattermost incoming webhooks: Markdown, 16,383 characters. Names are in inline code, the diff in a fence; nobody is mentioned. */
import { cut, cutLines } from './cut.js';
import { code, fence, inCode, inFence, plainWords } from './fence.js';
import { type Format, jsonBody } from './format.js';
import type { Fact } from './message.js';

const MAX_DIFF = 6_000;
const MAX_FACTS = 6_000;
const MAX_VALUE = 700;

export const mattermost: Format = ({ message: { title, facts, diff } }) =>
  jsonBody({
    text: [
      value(title),
      ...lines(facts),
      ...(diff ? [fence(cutLines(diff, { max: MAX_DIFF }, inFence), 'diff')] : []),
    ].join('\n'),
  });

function lines(facts: readonly Fact[]): string[] {
  let used = 0;
  return facts.flatMap((fact) => {
    const line = `- ${plainWords(fact.name)}: ${value(fact.value)}`;
    used += line.length + 1;
    return used > MAX_FACTS ? [] : [line];
  });
}

function value(text: string): string {
  return code(cut(text, { max: MAX_VALUE }, inCode));
}
