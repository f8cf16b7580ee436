/** The body of a request → a JSON object. It has a bound. */
import type { IncomingMessage } from 'node:http';
import { MAX_LINE_BYTES } from '../../shared/ask/request.js';
import type { Question } from './handlers.js';

export type ReadQuestion =
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'refused'; readonly status: 400 | 413; readonly why: string }
  /** Who has sent it does not wait for an answer. */
  | { readonly kind: 'gone' };

export async function readQuestion(request: IncomingMessage): Promise<ReadQuestion> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Left open: who is refused is told why.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_LINE_BYTES) return refused(413, `a question has at most ${MAX_LINE_BYTES} bytes`);
      chunks.push(chunk);
    }
  } catch {
    return { kind: 'gone' };
  }
  return parse(Buffer.concat(chunks).toString('utf8'));
}

function parse(text: string): ReadQuestion {
  try {
    const question: unknown = JSON.parse(text);
    if (typeof question === 'object' && question !== null && !Array.isArray(question))
      return { kind: 'question', question: question as Question };
  } catch {
    // Said below.
  }
  return refused(400, 'a question is a JSON object');
}

function refused(status: 400 | 413, why: string): ReadQuestion {
  return { kind: 'refused', status, why };
}
