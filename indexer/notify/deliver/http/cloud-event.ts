/**
 * The headers that make the body a CloudEvent in binary mode. Pure.
 * @see https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md
 */
import { jsonPathBytes } from '../../../../shared/path-text.js';
import type { PayloadView } from '../formats/payload-view.js';
import type { Outgoing } from '../target.js';

/** Servers take 8 kB of headers in all. */
const MAX_SUBJECT = 2_000;

export function cloudEventHeaders({ webhookId, json }: Outgoing): Readonly<Record<string, string>> {
  const { type = 'event', timestamp, host, src_path: path = '', src_pathHex: hex } = JSON.parse(json) as PayloadView;
  const subject = percent(jsonPathBytes(path, hex));
  return {
    'ce-specversion': '1.0',
    'ce-id': webhookId,
    'ce-source': `//${percent(Buffer.from(host?.name || 'localhost'))}/find-textd`,
    'ce-type': percent(Buffer.from(type)),
    ...(timestamp && { 'ce-time': percent(Buffer.from(timestamp)) }),
    ...(subject !== '' && subject.length <= MAX_SUBJECT && { 'ce-subject': subject }),
  };
}

/** Bytes that stand for themselves in an address, slashes and colons of times too. */
function percent(bytes: Buffer): string {
  return [...bytes]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9\-._~/:+]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
