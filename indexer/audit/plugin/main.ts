/**
 * Entry of find-text-audit, which auditd starts as root. Reads its configuration, opens the change logs, drops root,
 * and reads stdin until it ends. Without environment, with stdout and stderr at /dev/null: trouble goes into the logs
 * (gaps) and into the status file. It must neither crash nor be slow. auditd gives up on a plugin after ten restarts,
 * and one that does not read holds up every process that touches a watched file.
 *
 * What needs root again (a changed configuration, a log that vanished) is done by a fresh start. It ends, and auditd
 * starts it again with the next record.
 */

import { CONFIG_FILE } from './audit-config.js';
import { runPlugin } from './run-plugin.js';

runPlugin(process.argv[2] ?? CONFIG_FILE).then(process.exit, () => process.exit(1));
