/** ntfy: its JSON goes to the root of the server, the topic is the last part of the address. 4,096 bytes, plain text. */

import type { Severity } from '../../rules/rule.js';
import { bytes, cut, cutLines } from './cut.js';
import { type Format, jsonBody } from './format.js';

const MAX_TITLE = 250;
const MAX_MESSAGE = 3_600;
const MAX_FACTS = 2_400;
const PRIORITIES: Readonly<Record<Severity, number>> = { info: 2, notice: 3, warning: 4, critical: 5 };

export const ntfy: Format = ({ message: { title, facts, diff, severity }, url }) => {
  const { root, topic } = splitTopic(url);
  const lines = facts.map(({ name, value }) => `${name}: ${cut(value, { max: 500, measure: bytes })}`).join('\n');
  const text = cutLines(lines, { max: MAX_FACTS, measure: bytes });
  const room = MAX_MESSAGE - bytes(text) - 2;
  const message = diff ? `${text}\n\n${cutLines(diff.trimEnd(), { max: room, measure: bytes })}` : text;
  const body = {
    topic,
    title: cut(title, { max: MAX_TITLE, measure: bytes }),
    message,
    priority: PRIORITIES[severity],
  };
  return jsonBody(body, root);
};

/** https://ntfy.example/mine/topic → https://ntfy.example/mine/ and `topic` */
function splitTopic(url: URL): { readonly root: URL; readonly topic: string } {
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const topic = parts.pop() ?? '';
  const root = new URL(url);
  root.pathname = `/${parts.map((part) => `${part}/`).join('')}`;
  return { root, topic: decode(topic) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
