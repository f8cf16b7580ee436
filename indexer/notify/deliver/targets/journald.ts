/**
 * The journal, by its native protocol: fields and not text, so that `journalctl FINDTEXT_RULE=pii` finds them. A datagram
 * that never blocks.
 * @see https://systemd.io/JOURNAL_NATIVE_PROTOCOL/
 */
import { closeDescriptor, connectDatagrams, sendDatagram } from '../../../system/libc.js';
import type { Severity } from '../../rules/rule.js';
import { toMessage } from '../formats/message.js';
import type { PayloadView } from '../formats/payload-view.js';
import { toFailure } from '../http/answer.js';
import type { Answer, Outgoing, Target } from '../target.js';

const SOCKET = '/run/systemd/journal/socket';
/** Above it the kernel takes no datagram. */
const MAX_BYTES = 200_000;
const PRIORITIES: Readonly<Record<Severity, number>> = { info: 6, notice: 5, warning: 4, critical: 2 };

export class JournaldTarget implements Target {
  readonly place = 'journald';

  constructor(private readonly socket = SOCKET) {}

  identity(): string {
    return this.place;
  }

  /** A socket for each: the journal may have been started anew. It takes 30 us. */
  async send(message: Outgoing): Promise<Answer> {
    try {
      const fd = connectDatagrams(this.socket);
      try {
        sendDatagram(fd, journalEntry(message));
        return { kind: 'accepted' };
      } finally {
        closeDescriptor(fd);
      }
    } catch (error) {
      const failure = toFailure(error);
      // Longer than a datagram may be: no wait changes that.
      return { ...failure, how: failure.code === 'EMSGSIZE' ? 'rejected' : 'later' };
    }
  }
}

/** The payload is left out when all would be too long. */
function journalEntry({ webhookId, json }: Outgoing): Buffer {
  const payload = JSON.parse(json) as PayloadView;
  const { title, severity } = toMessage(payload);
  const process = payload.actor?.process;
  const fields: Record<string, string | number | null | undefined> = {
    MESSAGE: title,
    PRIORITY: PRIORITIES[severity],
    SYSLOG_IDENTIFIER: 'find-textd',
    FINDTEXT_ID: webhookId,
    FINDTEXT_TYPE: payload.type,
    FINDTEXT_RULE: payload.rule,
    FINDTEXT_SEQUENCE: payload.sequence,
    FINDTEXT_PATH: payload.src_path,
    FINDTEXT_DEST_PATH: payload.dest_path,
    FINDTEXT_EXE: process?.executable,
    FINDTEXT_UNIT: process?.unit,
  };
  const entry = Buffer.concat(Object.entries(fields).map(([name, value]) => field(name, value)));
  const whole = Buffer.concat([entry, field('FINDTEXT_JSON', json)]);
  return whole.length <= MAX_BYTES ? whole : entry;
}

/** Always with its length: a value may hold line feeds. */
function field(name: string, value: string | number | null | undefined): Buffer {
  if (value === undefined || value === null || value === '') return Buffer.alloc(0);
  const bytes = Buffer.from(String(value));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from('\n')]);
}
