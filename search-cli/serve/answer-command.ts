/**
 * A command that find-text has not run itself → what it would have printed, as the same code runs in the daemon. What
 * is for the program alone, as it asks keys or prints without end, is refused.
 */
import type { KeptIndex } from '../../shared/answer/kept-index.js';
import { Volumes } from '../../shared/answer/volumes.js';
import { BUILD, type Command, type CommandAnswer, type Printed } from '../../shared/ask/command.js';
import { FindTextError } from '../../shared/errors.js';
import { locate } from '../../shared/locations.js';
import { EXIT } from '../exit-codes.js';
import { isList, parseFlags } from '../flags.js';
import { BufferedOutput } from '../output.js';
import { run } from '../run.js';

/** More than this is nothing that was waited for: find-text prints it as it comes. */
const MAX_PRINTED_BYTES = 64 * 1024;
const MOST_HITS = 100;

export interface CommandPlace {
  readonly index: KeptIndex;
  readonly dataDirectory: string;
  /** Of the daemon since its start; undefined: it answers no command. */
  readonly surroundings: string | undefined;
}

/** @throws FindTextError FT_REQUEST_INVALID: find-text is to do it itself */
export function answerCommand(command: Command, { index, dataDirectory, surroundings }: CommandPlace): CommandAnswer {
  if (command.build !== BUILD) throw refusal('another build asks');
  if (command.surroundings !== surroundings) throw refusal('who asks may see other files, or another time');
  if (locate(command.env).dataDirectory !== dataDirectory) throw refusal('another index is asked for');
  if (!isShort(command.argv)) throw refusal('more than a short answer is asked for');
  const page = new Page();
  // As at the start of a program: nothing is known of volumes yet.
  const volumes = new Volumes();
  const status = run({
    ...command,
    terminal: command.terminal,
    nowMs: Date.now(),
    version: process.env.FIND_TEXT_VERSION ?? 'unbuilt',
    stdout: page.output(1),
    stderr: page.output(2),
    canLook: (path) => volumes.canLook(path),
    askIndex: (_, use) => index.ask(use),
    goOn: () => EXIT.error,
  });
  if (page.isOver) throw refusal('the answer is long');
  if (status === EXIT.error) throw refusal('an error is said by the program itself');
  return { printed: page.printed, status: status === EXIT.found ? EXIT.found : EXIT.nothingFound };
}

/** It is soon there as a whole. Of a list that is not known before: it is refused when it gets long. */
function isShort(argv: readonly string[]): boolean {
  const { action, output, limit } = parseFlags(argv);
  return action === 'search' && (isList(output) || (limit > 0 && limit <= MOST_HITS));
}

class Page {
  readonly printed: Printed[] = [];
  /** More was printed than it holds. */
  isOver = false;
  #bytes = 0;

  output(fd: Printed[0]): BufferedOutput {
    return new BufferedOutput((data) => {
      this.#bytes += data.length;
      this.isOver ||= this.#bytes > MAX_PRINTED_BYTES;
      if (this.isOver) throw new Error('more than a page');
      this.printed.push([fd, data.toString('latin1')]);
    });
  }
}

function refusal(why: string): FindTextError {
  return new FindTextError('FT_REQUEST_INVALID', `run a command: ${why}`);
}
