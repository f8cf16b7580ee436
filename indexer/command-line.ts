/** The command line of find-textd: one declaration for each command. `start.ts` runs it; `--help` is made from it. */
import { realpathSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { locate } from '../shared/locations.js';
import { cleanText } from '../shared/path-text.js';
import { auditRules } from './audit/install/audit-rules.js';
import { auditStatus } from './audit/install/audit-status.js';
import { auditInstall, type InstallOptions } from './audit/install/install.js';
import { auditUninstall, type UninstallOptions } from './audit/install/uninstall.js';
import { runAuditChanges } from './commands/audit/changes.js';
import { runAuditEvents } from './commands/audit/events.js';
import { runAuditLog } from './commands/audit/log.js';
import { readsAsked } from './commands/audit/reads-asked.js';
import { runBackup } from './commands/backup.js';
import { checkBaseline } from './commands/baseline/check.js';
import { type AcceptArgs, acceptBaseline, type CreateArgs, createBaseline, PRESETS } from './commands/baseline/make.js';
import { STATUS } from './commands/baseline/print.js';
import { exportBaseline, importBaseline } from './commands/baseline/transfer.js';
import { type ConfigArgs, showConfig } from './commands/config/show-config.js';
import { makeContext } from './commands/context.js';
import { doctor } from './commands/doctor/doctor.js';
import { runEvents } from './commands/events.js';
import { forget } from './commands/forget.js';
import { inhibit } from './commands/inhibit.js';
import { followIndexing } from './commands/install/follow.js';
import { type InstallArgs, install } from './commands/install/install.js';
import { thisMachine } from './commands/install/machine.js';
import { STARTERS } from './commands/install/places.js';
import { uninstall } from './commands/install/uninstall.js';
import { deadLetters, enableEndpoint } from './commands/notify/dead.js';
import { explain } from './commands/notify/explain.js';
import { showNotifyRules } from './commands/notify/show-notify-rules.js';
import { testRule } from './commands/notify/test-rule.js';
import { changeWindow, type WindowOptions } from './commands/notify/window.js';
import { openPage } from './commands/page.js';
import { pause, resume } from './commands/pause.js';
import { argumentPaths } from './commands/raw-arguments.js';
import { rebuild } from './commands/rebuild.js';
import { type ReportArgs, runReport } from './commands/report/report.js';
import { retryFailed } from './commands/retry.js';
import { showRules } from './commands/rules.js';
import { runDaemon } from './commands/run.js';
import type { RunOptions } from './commands/session-wishes.js';
import { showStatus } from './commands/show-status.js';
import { runVerify } from './commands/verify.js';
import { type WatchOptions, watch } from './commands/watch.js';
import { why } from './commands/why/why.js';
import { withHistory } from './notify/history.js';

const ENDING = ['SIGINT', 'SIGTERM'] as const;

export const program = new Command('find-textd')
  .description('Keeps the index that find-text searches.')
  .version(process.env.FIND_TEXT_VERSION ?? 'unbuilt')
  .configureHelp({ showGlobalOptions: false })
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error:/, 'find-textd:')) })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .enablePositionalOptions();

program
  .command('run')
  .description('index the folders, then keep the index current until stopped')
  .argument('[DIR...]', 'folders to index (default: as configured, or as last time)')
  .addOption(
    new Option('--source <source>', 'where changes are learned from').choices(['auto', 'audit', 'inotify', 'none']),
  )
  .action((directories: string[], options: RunOptions) => runDaemon(makeContext(), directories, options));

program
  .command('watch')
  .description(
    'tell of each change in a folder, until Ctrl-C: one line each, and to a webhook; needs no configuration and no index',
  )
  .argument('<DIR>', 'the folder, with all that is below it')
  .option('--webhook <url>', 'where to post (better: in the environment, as WATCH_WEBHOOK_URL or WEBHOOK_URL)')
  .option(
    '--events <list>',
    'which, separated by commas: created,modified,moved,deleted,attrib (these by default), touched,opened,closed,closed_no_write,denied, any',
  )
  .addOption(new Option('--source <source>', 'where changes are learned from').choices(['auto', 'audit', 'inotify']))
  .addHelpText('after', '\nExample: WATCH_WEBHOOK_URL=https://hooks.slack.com/services/… find-textd watch /srv/pii')
  .action((directory: string, options: WatchOptions) => watch(makeContext(), directory, options));

program
  .command('rebuild')
  .description('build the index anew, beside the one that is searched meanwhile')
  .argument('[DIR...]', 'folders to index (default: as configured, or as last time)')
  .action((directories: string[]) => rebuild(makeContext(), directories));

program
  .command('status')
  .description('say whether the index is complete, and what could not be read')
  .option('--json', 'print one JSON object')
  .action((options: { json?: boolean }) => {
    process.exitCode = showStatus(options, process);
  });

program
  .command('doctor')
  .description(
    'say what is wrong, why it matters, and the command that repairs it: exit status 0 well, 1 problems, 2 could not look',
  )
  .option('--json', 'print one JSON object')
  .action(async (options: { json?: boolean }) => {
    process.exitCode = await doctor(options, process.stdout);
  });

program
  .command('why')
  .description('say whether a file or folder is in the index, and why, or why not: exit status 0 it is, 1 it is not')
  .argument('<PATH>', 'the file or folder, also when it is gone, or a document within a file, as hits show it')
  .argument(
    '[QUERY...]',
    'say also why this query finds it, at which place, or what it lacks; in quotes where it has a minus',
  )
  .option('--json', 'print one JSON object')
  .action(async (path: string, query: string[], options: { json?: boolean }) => {
    process.exitCode = await why({ ...options, path, query }, makeContext());
  });

program
  .command('page')
  .description('print a link that opens the page in a browser of this machine: once, within five minutes')
  .action(() => openPage(makeContext()));

program
  .command('events')
  .description('print what happened to files, when, and who did it as far as that is told, newest last')
  .argument('[PATH]', 'only what concerns this file or folder')
  .option('--since <time>', 'not before: 2h, 7d, 2026-11-29, "2026-11-29 10:30"')
  .option('--follow', 'go on with what happens from now on, until Ctrl-C')
  .option('--json', 'print one JSON object a line')
  .action((path: string | undefined, options: { since?: string; follow?: boolean; json?: boolean }) => {
    const { locations, stdout, stderr } = makeContext();
    const stop = new AbortController();
    for (const signal of options.follow ? ENDING : []) process.once(signal, () => stop.abort());
    const { dataDirectory } = locations;
    return runEvents({ ...options, path }, { dataDirectory, stdout, stderr, stopped: stop.signal });
  });

program
  .command('backup')
  .description('name the newest backup of a file from before a time, and the command that restores it')
  .argument('<PATH>', 'the file, also when it is gone')
  .option('--before <time>', 'older than: 2h, 7d, 2026-11-29, "2026-11-29 10:30" (default: now)')
  .option('--json', 'print one JSON object')
  .action(async (path: string, options: { before?: string; json?: boolean }) => {
    const { locations, stdout, stderr } = makeContext();
    const { configFile } = locations;
    process.exitCode = await runBackup({ ...options, path }, { configFile, stdout, stderr });
  });

const baseline = program.command('baseline').description('what files were when somebody looked at them, signed');
const several = (value: string, before: unknown) => [...((before as string[] | undefined) ?? []), value];
const presets = (value: string, before: unknown) => {
  if ((PRESETS as readonly string[]).includes(value)) return several(value, before);
  throw new InvalidArgumentError(`Allowed choices are ${PRESETS.join(', ')}.`);
};

function baselineIo() {
  const { dataDirectory } = locate();
  return { dataDirectory, stdout: process.stdout, stderr: process.stderr };
}

baseline
  .command('create')
  .description('record what the files and folders are now, and sign it')
  .argument('[PATH...]', 'files, or folders with all that is below them')
  .option('--preset <preset>', 'system: audit tools and find-text itself; web: no caches and uploads', presets)
  .option('--except <pattern>', 'leave out, as in a .gitignore of each PATH; may be repeated', several)
  .option('--reason <text>', 'why, for the history')
  .option('--passphrase-file <file>', 'of the key that is made (default: asked for on the terminal)')
  .option('--key <key>', 'make no key: it is signed elsewhere, with the secret half of this public key')
  .action(async (paths: string[], options: Omit<CreateArgs, 'paths'>) => {
    const [, program = ''] = process.argv;
    const parts = { configFile: locate().configFile, program: realpathSync(program), node: process.execPath };
    process.exitCode = await createBaseline({ ...options, paths }, baselineIo(), parts);
  });

baseline
  .command('check')
  .description('compare with what is there: exit status 1 new + 2 removed + 4 changed, from 14 on errors')
  .option('--json', 'print one JSON object')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : STATUS.usage))
  .action(async (options: { json?: boolean }) => {
    process.exitCode = await checkBaseline(options, baselineIo());
  });

baseline
  .command('accept')
  .description('what is there now is the baseline from now on')
  .requiredOption('--reason <text>', 'why: a ticket, a release')
  .option('--passphrase-file <file>', 'of the key (default: asked for on the terminal)')
  .action(async (options: AcceptArgs) => {
    process.exitCode = await acceptBaseline(options, baselineIo());
  });

baseline
  .command('export')
  .description('write the baseline that waits for a signature, else the one that counts, with its signature')
  .argument('[FILE]', 'a new file (default: standard output, without the signature)')
  .action((file: string | undefined) => exportBaseline(file, baselineIo()));

baseline
  .command('import')
  .description('take a baseline that was signed elsewhere; its signature is FILE.minisig')
  .argument('<FILE>', 'as it was exported')
  .option('--key <key>', 'the public key that baselines are signed with from now on')
  .action((file: string, { key }: { key?: string }) => importBaseline(file, key, baselineIo()));

program
  .command('install')
  .description(
    'make the daemon start by itself, for you and without root: configuration, unit of systemd; again after an upgrade',
  )
  .argument(
    '[DIR...]',
    'folders to index (default: asked for; those indexed now, or your home; a configuration that is there stays)',
  )
  .option('--yes', 'ask nothing')
  .addOption(
    new Option('--start-by <starter>', 'who starts it (default: systemd where that answers)').choices(STARTERS),
  )
  .action(async (directories: string[], options: Omit<InstallArgs, 'directories'>) => {
    const machine = thisMachine();
    if (await install({ ...options, directories }, machine)) await followIndexing(makeContext(), machine);
  });

program
  .command('uninstall')
  .description('take back what `find-textd install` has done; index and configuration stay')
  .option('--purge', 'remove index, configuration and all else of this user')
  .action((options: { purge?: boolean }) => uninstall(options, thisMachine()));

program
  .command('config')
  .description('print what the configuration sets, and from which line it comes')
  .option('--sample', 'print a configuration file with a comment on every option')
  .option('--check', 'say whether the file is understood, or the line and column of what is wrong: exit status 2')
  .action((options: ConfigArgs) => showConfig(options, { locations: locate(), stdout: process.stdout }));

program
  .command('rules')
  .description('say what is left out of the index, and which option switches it')
  .action(() => showRules(makeContext()));

program
  .command('forget')
  .description('wipe the words of files that are deleted or left out from the index files, now')
  .argument('<PATH...>', 'files or folders')
  .action((paths: string[]) => forget(makeContext(), paths));

program
  .command('retry')
  .description('try again what has failed, also what rests because it has ended its extractor too often')
  .argument('[PATH...]', 'files or folders (default: whatever has failed)')
  .action((paths: string[]) => retryFailed(makeContext(), paths));

program
  .command('pause')
  .description('collect changes, work on them later')
  .option('--for <time>', 'how long: 30m, 2h, 1d (default: until `find-textd resume`)')
  .action((options: { for?: string }) => pause(makeContext(), options.for));

program
  .command('resume')
  .description('end a pause')
  .action(() => resume(makeContext()));

program
  .command('inhibit')
  .description('run a command, and pause until it has ended; the exit status is its own')
  .argument('<COMMAND>', 'the program')
  .argument('[ARG...]', 'its arguments')
  .passThroughOptions()
  .allowUnknownOption()
  .action((command: string, args: string[]) => inhibit(makeContext(), command, args));

const notify = program.command('notify').description('integrity monitoring: what is told of changes, and why');

notify
  .command('rules')
  .description('print the rules and endpoints of the configuration as they are understood')
  .action(() => {
    const { locations, config, stdout } = makeContext();
    return showNotifyRules({ ...locations, auditConfig: config['audit.config'], stdout });
  });

notify
  .command('explain')
  .description('say which rules tell of an event, or why a message came or did not, and which clause keeps it back')
  .argument('<EVENT>', '`sequence` or `id` of an event, as `find-textd events --json` prints them, or of a message')
  .action((event: string) => {
    const { locations, stdout } = makeContext();
    return explain(event, { ...locations, stdout });
  });

notify
  .command('test')
  .description('send an event that says that it is a test to the endpoints of a rule, and print what came back')
  .argument('<RULE>', 'its name')
  .action(async (rule: string) => {
    process.exitCode = await testRule(makeContext(), rule);
  });

notify
  .command('dead')
  .description('list the messages that were given up, or send them again')
  .option('--resend <id>', 'the number of one of them, or `all`')
  .action(({ resend }: { resend?: string }) => {
    const { locations, stdout } = makeContext();
    withHistory(locations.dataDirectory, 'read the dead letters', (db) => deadLetters(db, resend, stdout));
  });

notify
  .command('enable')
  .description('switch an endpoint on again that said it is gone, or try one that fails at once')
  .argument('<ENDPOINT>', 'its name, as `find-textd status` has it')
  .action((endpoint: string) => {
    const { locations, stdout } = makeContext();
    withHistory(locations.dataDirectory, `switch on the endpoint ${cleanText(endpoint)}`, (db) =>
      enableEndpoint(db, endpoint, stdout),
    );
  });

program
  .command('verify')
  .description('say whether the history of what was told of changes is whole')
  .option('--head <hash>', 'a digest from a message that was received: is it in the history?')
  .action(({ head }: { head?: string }) => {
    const { locations, stdout } = makeContext();
    process.exitCode = runVerify(head, { dataDirectory: locations.dataDirectory, stdout });
  });

program
  .command('report')
  .description('say for an auditor what was watched, what was changed by whom, and when nobody looked')
  .argument('[DIR]', 'that `find-textd watch` has watched (default: what `find-textd run` watches)')
  .option('--since <time>', 'not before: 30d, 2026-11-01 (default: the beginning of the history)')
  .option('--until <time>', 'before: 1d, 2026-12-01 (default: now)')
  .option('--json', 'print one JSON object')
  .action(async (directory: string | undefined, options: ReportArgs) => {
    const { dataDirectory, configFile } = locate();
    const folder = directory === undefined ? undefined : argumentPaths([directory])[0];
    process.exitCode = await runReport({ ...options, folder }, { dataDirectory, configFile, stdout: process.stdout });
  });

notify
  .command('window')
  .description(
    'expect changes for a while: they are recorded, and told in one digest with the reason; or say what is open',
  )
  .option('--for <time>', 'how long: 30m, 2h, 1d (default: 1h)')
  .option('--reason <text>', 'why: it stands in the digest')
  .option('--end', 'end it now')
  .action((options: WindowOptions) => changeWindow(makeContext(), options));

const audit = program.command('audit').description('the kernel audit stream: what it says, and how it gets here');

audit
  .command('changes')
  .description('print what the records of an audit stream say was changed, one line each')
  .argument('[FILE]', 'as `ausearch --raw` prints it; - or nothing for standard input')
  .addOption(new Option('--format <format>', 'how').choices(['jsonl', 'text']).default('jsonl'))
  .option('--key <key>', 'only events of rules with exactly this key')
  .action((file: string | undefined, options: { format: 'jsonl' | 'text'; key?: string }) =>
    runAuditChanges({ ...options, file }, process),
  );

audit
  .command('events')
  .description('print whole events of an audit stream with every field interpreted')
  .argument('[FILE]', 'as `ausearch --raw` prints it; - or nothing for standard input')
  .addOption(new Option('--format <format>', 'how').choices(['jsonl', 'pretty']).default('jsonl'))
  .option('--key <key>', 'only events of rules with exactly this key')
  .action((file: string | undefined, options: { format: 'jsonl' | 'pretty'; key?: string }) =>
    runAuditEvents({ ...options, file }, process),
  );

audit
  .command('log')
  .description('print your change log: when, who, what, newest last (as root: all logs)')
  .argument('[PATH]', 'only what concerns this file or folder')
  .option('--since <time>', 'not before: 2h, 7d, 2026-11-29, "2026-11-29 10:30"')
  .option('--who <name>', 'only changes by this user (also by login) or program')
  .option('--json', 'print one JSON object a line')
  .action((path: string | undefined, options: { since?: string; who?: string; json?: boolean }) => {
    const { config, stdout } = makeContext();
    return runAuditLog({ ...options, path }, { configFile: config['audit.config'], stdout });
  });

audit
  .command('install')
  .description('as root: make the kernel tell of changes in the folders; shows every file and command first')
  .argument('[DIR...]', 'folders to watch (default: those of last time)')
  .option('--dry-run', 'only show what would be done')
  .option('--owner <user>', 'whose daemon reads the change log (default: who called sudo)')
  .action((directories: string[], options: InstallOptions) =>
    auditInstall(makeContext(), directories, { ...options, readsOf: readsAsked }),
  );

audit
  .command('uninstall')
  .description('as root: take all of it back')
  .option('--dry-run', 'only show what would be done')
  .action((options: UninstallOptions) => auditUninstall(makeContext(), options));

audit
  .command('rules')
  .description('print the audit rules that are installed')
  .action(() => auditRules(makeContext()));

audit
  .command('status')
  .description('is the plugin alive, what is watched, what was lost')
  .action(() => auditStatus(makeContext()));
