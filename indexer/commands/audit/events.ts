/**
 * `find-textd audit events`: whole events of an audit stream, every field interpreted, as JSON lines or indented.
 */
import { cleanText } from '../../../shared/path-text.js';
import { AuditStream } from '../../audit/events/audit-stream.js';
import { loadAccounts } from '../../audit/view/accounts.js';
import { type EventView, toEventView } from '../../audit/view/event-view.js';
import { type CommandIo, formatOf, runOnStream, type StreamArgs } from './stream-command.js';

export interface AuditEventsArgs extends StreamArgs {
  /** 'jsonl' (default) or 'pretty'. */
  readonly format?: string | undefined;
}

const FORMATS = { jsonl: lineOf, pretty: prettyOf } as const;

/** @throws FindTextError FT_CONFIG_INVALID, FT_READ_DENIED, FT_READ_FAILED */
export async function runAuditEvents(args: AuditEventsArgs, io: CommandIo, accounts = loadAccounts()): Promise<void> {
  const encode = FORMATS[formatOf(args.format, ['jsonl', 'pretty'])];
  await runOnStream(args, io, (print) => {
    const { key } = args;
    return new AuditStream((event) => {
      const view = toEventView(event, accounts);
      if (key === undefined || view.keys.includes(key)) print(encode(view));
    });
  });
}

function lineOf(event: EventView): string {
  return `${JSON.stringify(event)}\n`;
}

/** For people: indented, safe on a terminal, with a rule between events. */
function prettyOf(event: EventView): string {
  const lines = JSON.stringify(event, undefined, 2).split('\n').map(cleanText);
  return `${lines.join('\n')}\n\n----\n\n`;
}
