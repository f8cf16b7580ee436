/** An error on standard error, for people: what was being done, why it failed, what can be done about it. */
import { FindTextError, systemCode } from '../shared/errors.js';
import { cleanText } from '../shared/path-text.js';
import type { Output } from './output.js';
import { markedPlace } from './print/marked-place.js';

export function complain({ stderr }: { readonly stderr: Output }, error: unknown): void {
  stderr.write(`find-text: ${describe(error)}\n`);
  try {
    stderr.flush();
  } catch {
    // Nobody is left to read it.
  }
}

function describe(error: unknown): string {
  if (error instanceof FindTextError) {
    const lines = [cleanText(error.message), ...(error.place ? markedPlace(error.place) : []), error.hint ?? ''];
    return lines.filter(Boolean).join('\n  ');
  }
  if (error instanceof Error && systemCode(error)) return `write the results: ${error.message}`;
  return `unexpected: ${(error as Error)?.stack ?? error}`;
}
