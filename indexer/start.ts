/** Entry of find-textd: runs what was typed, and says what an error looks like to the person who typed it. */
import type { Command } from 'commander';
import { FindTextError, systemCode } from '../shared/errors.js';
import { takeName } from '../shared/own-name.js';
import { program } from './command-line.js';
import { isStuck } from './disk/looks.js';
import { hasStuckThread } from './system/end-thread.js';
import { exitAtOnce } from './system/libc.js';

// Whoever reads may have seen enough (`find-textd status | head -1`), and a daemon goes on when its log cannot be
// written.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error) => {
    if (systemCode(error) !== 'EPIPE') process.exitCode = 2;
  });

for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)])
  command.showHelpAfterError(`  \`${wordsOf(command)} --help\` shows what there is`);

takeName('find-textd');
program.parseAsync().then(
  // What a signal interrupted may still hold a timer; all is committed here.
  () => end(),
  (error: unknown) => {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = 2;
    end();
  },
);

/** With `process.exitCode`, which a command may have set, when a slow reader has taken all that was printed. */
function end(): void {
  if (isStuck() || hasStuckThread()) exitAtOnce(Number(process.exitCode ?? 0));
  process.stdout.write('', () => process.exit());
}

function wordsOf(command: Command | null): string {
  return command ? `${wordsOf(command.parent)} ${command.name()}`.trim() : '';
}

function describe(error: unknown): string {
  if (!(error instanceof FindTextError)) return `find-textd: unexpected: ${(error as Error)?.stack ?? error}`;
  return `find-textd: ${error.message}${error.hint ? `\n  ${error.hint}` : ''}`;
}
