/**
 * Entry of find-text-audit, which auditd starts as root. Reads its configuration, opens the change logs, drops root,
 * and reads stdin until it ends. Without environment, with stdout and stderr at /dev/null: trouble goes into the logs
 * (gaps) and into the status file. It must neither crash nor be slow. auditd gives up on a plugin after ten restarts,
 * and one that does not read holds up every process that touches a watched file.
 *
 * What needs root again (a changed configuration, a log that vanished) is done by a fresh start. It ends, and auditd
 * starts it again with the next record.
 */
import { setFlagsFromString } from 'node:v8';
import { runPlugin } from './run-plugin.js';

/** Of Node 22 and newer, the compiler between the first and the last: 11 MB at the peak of a flood. */
setFlagsFromString('--no-maglev');
runPlugin(process.argv.slice(2)).then(process.exit, () => process.exit(1));
