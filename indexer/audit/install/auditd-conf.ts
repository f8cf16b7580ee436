/**
 * The one setting of auditd.conf that find-text changes: how many records may wait for the plugins. With auditd's 2,000
 * a busy machine was seen to overflow during `tar x`; each overflow costs a comparison of everything with the disk. The
 * old line stays in a comment, from which `audit uninstall` restores it.
 */
const MIN_QUEUE = 20_000;

const LINE = /^[ \t]*q_depth[ \t]*=[ \t]*(\d+).*$/m;
const MARK = '# before find-text: ';
const MARKED = /^# before find-text: (.*)\nq_depth = 20000(?:\n|$)/m;
const NOTHING = 'not set';

/** @returns undefined when nothing needs to change. */
export function withLargeQueue(text: string): string | undefined {
  const [line, depth] = LINE.exec(text) ?? [];
  if (Number(depth) >= MIN_QUEUE) return undefined;
  const added = `${MARK}${line ?? NOTHING}\nq_depth = ${MIN_QUEUE}`;
  if (line !== undefined) return text.replace(line, () => added);
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${added}\n`;
}

/** @returns undefined when find-text has changed nothing, or somebody else has since. */
export function withOldQueue(text: string): string | undefined {
  const [marked, old] = MARKED.exec(text) ?? [];
  if (marked === undefined || old === undefined) return undefined;
  return text.replace(marked, () => (old === NOTHING ? '' : `${old}\n`));
}
