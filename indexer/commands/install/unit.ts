/** The files that make the daemon start by itself: a unit of systemd, a desktop entry, a line for cron. Pure. */
export interface Program {
  /** The Node that runs it now. */
  readonly node: string;
  /** The file that is find-textd. */
  readonly file: string;
  readonly version: string;
}

export const UNIT_NAME = 'find-textd.service';

/** That of one user. */
export function unitText(program: Program): string {
  return `# Made by \`find-textd install\` ${program.version}; \`systemctl --user edit find-textd\` changes it, \`find-textd uninstall\` removes it.
${unitOf(program)}`;
}

/** What a daemon of a desktop may take; a drop-in changes it (`systemctl --user edit find-textd`). Packages have it, too. */
export function unitOf({ node, file }: Omit<Program, 'version'>): string {
  return `[Unit]
Description=find-text: keeps the index of your files current
Documentation=man:find-textd(1) man:find-text-config(5)
StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
Type=notify
NotifyAccess=main
ExecStart=${unitWord(node)} ${unitWord(file)} run
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=5
TimeoutStartSec=infinity
WatchdogSec=180
SyslogIdentifier=find-textd
UMask=0077
# It gives way to other programs, and is held before it presses them out of memory.
CPUWeight=20
IOWeight=20
MemoryHigh=1G
TasksMax=256
# What it never needs.
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native

[Install]
WantedBy=default.target
`;
}

/** One word of a command line in a unit. */
export function unitWord(word: string): string {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@+=:,./-]+$/.test(word) ? word : `"${escaped}"`;
}

export const AUTOSTART_NAME = 'find-textd.desktop';

/** For desktops without systemd (XDG autostart). */
export function autostartText({ node, file }: Program): string {
  return `[Desktop Entry]
Type=Application
Name=find-textd
Comment=Keeps the index of your files current
Exec=${desktopWord(node)} ${desktopWord(file)} run
NoDisplay=true
X-GNOME-Autostart-enabled=true
`;
}

/** One word of a command line in a desktop entry. Its strings are read twice: as values of the file, then as words. */
export function desktopWord(word: string): string {
  if (/^[\w@+=:,./-]+$/.test(word)) return word;
  const quoted = word.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%');
  return `"${quoted.replaceAll('\\', '\\\\')}"`;
}

const CRON_MARK = '# find-textd, by find-textd install';

/** The crontab with the daemon's line, once. */
export function crontabWith(crontab: string, command: string): string {
  return `${crontabWithout(crontab)}@reboot ${command.replaceAll('%', '\\%')} run >/dev/null 2>&1 ${CRON_MARK}\n`;
}

export function crontabWithout(crontab: string): string {
  return crontab.replace(new RegExp(`^.*${CRON_MARK}\\n?`, 'gm'), '');
}
