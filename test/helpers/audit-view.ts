/** One record as text → what `audit events` makes of it. */
import { AuditEventParser, type EventView, type RecordView } from '../../indexer/audit/index.js';
import { parseAccounts } from '../../indexer/audit/view/accounts.js';

export const ACCOUNTS = {
  users: parseAccounts('root:x:0:0:root:/root:/bin/sh\nsync:x:4:4::/:/bin/sync\nann:x:1000:1000::/home/ann:/bin/sh\n'),
  groups: parseAccounts('root:x:0:\nadm:x:4:\nstaff:x:50:\n'),
};

export function eventsOf(lines: string): EventView[] {
  const parser = new AuditEventParser(ACCOUNTS);
  const parsed = lines.split('\n').flatMap((line) => parser.parseLine(Buffer.from(line, 'latin1')));
  return [...parsed, ...parser.flush()];
}

export const recordLine = (type: string, fields: string): string =>
  `type=${type} msg=audit(1700000000.000:1): ${fields}\n`;

/** The one event of one record. */
export function eventOfRecord(type: string, fields: string): EventView {
  const [event, ...others] = eventsOf(recordLine(type, fields));
  if (!event || others.length > 0) throw new Error(`${others.length + 1} events of one record`);
  return event;
}

export function recordOf(type: string, fields: string): RecordView {
  const [record] = eventOfRecord(type, fields).records;
  if (!record) throw new Error('an event without a record');
  return record;
}
