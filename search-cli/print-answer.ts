/** What the daemon has answered in find-text's place: printed in its order. */
import type { CommandAnswer } from '../shared/ask/command.js';
import { complain } from './complain.js';
import { EXIT } from './exit-codes.js';
import { fileOutput, isReaderGone } from './output.js';

/** Everything is written when it returns. @returns the exit status. */
export function printAnswer({ printed, status }: CommandAnswer): number {
  const [stdout, stderr] = [fileOutput(1), fileOutput(2)];
  try {
    for (const [fd, bytes] of printed) {
      const output = fd === 1 ? stdout : stderr;
      output.write(Buffer.from(bytes, 'latin1'));
      output.flush();
    }
    return status;
  } catch (error) {
    if (isReaderGone(error)) return EXIT.found;
    complain({ stderr }, error);
    return EXIT.error;
  }
}
