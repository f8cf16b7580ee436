/** What is started as find-text. A daemon answers a search, where one can; else the program is run. */
import type { CommandAnswer } from '../shared/ask/command.js';
import { runProgram } from '../shared/run-program.js';
import { askDaemon, daemonToAsk } from './ask-daemon.js';
import { printAnswer } from './print-answer.js';

const daemon = daemonToAsk(process.argv.slice(2));
if (daemon) askDaemon(daemon, take);
else runProgram();

function take(answer: CommandAnswer | undefined): void {
  if (answer) process.exit(printAnswer(answer));
  runProgram();
}
