/**
 * Started as a process of its own: find-text as it asks the daemon, but that it waits as long as it takes, and does not
 * search by itself. Its exit status is then 99; 98 where it does not even ask.
 */
import { askDaemon, daemonToAsk } from '../../search-cli/ask-daemon.js';
import { printAnswer } from '../../search-cli/print-answer.js';

const WAIT_MS = 120_000;

const daemon = daemonToAsk(process.argv.slice(2));
if (!daemon) process.exit(98);
askDaemon(daemon, (answer) => process.exit(answer ? printAnswer(answer) : 99), WAIT_MS);
