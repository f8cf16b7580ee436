/**
 * `find-textd audit changes`: what an audit stream alone says about files, a line per change; touches no file system
 * but the file it reads.
 */
import { encodeChange } from '../../audit/changes/change-line.js';
import { ChangeStream } from '../../audit/changes/change-stream.js';
import { changeText } from '../../audit/changes/change-text.js';
import { type CommandIo, formatOf, runOnStream, type StreamArgs, type StreamReader } from './stream-command.js';

export interface AuditChangesArgs extends StreamArgs {
  /** 'jsonl' (default) or 'text'. */
  readonly format?: string | undefined;
}

const FORMATS = { jsonl: encodeChange, text: changeText } as const;

/** @throws FindTextError FT_CONFIG_INVALID, FT_READ_DENIED, FT_READ_FAILED */
export async function runAuditChanges(args: AuditChangesArgs, io: CommandIo): Promise<void> {
  const encode = FORMATS[formatOf(args.format, ['jsonl', 'text'])];
  await runOnStream(args, io, (print): StreamReader => {
    const { key } = args;
    const changes = new ChangeStream({
      onChange: (change) => {
        if (key === undefined || change.keys.includes(key)) print(encode(change));
      },
    });
    return {
      push: (chunk) => changes.push(chunk),
      end: () => changes.flush(),
      stats: () => changes.counters,
    };
  });
}
