/**
 * Lets the daemon answer in find-text's place: nothing of the search is loaded then, which is more than half of its
 * time. Whatever is not quite as it should be is no answer, and the program searches by itself. Nothing is printed
 * before the answer is whole.
 */
import { lstatSync } from 'node:fs';
import { BUILD, type CommandAnswer, environmentOf, parseCommandAnswer } from '../shared/ask/command.js';
import { MAX_LINE_BYTES } from '../shared/ask/request.js';
import { surroundings } from '../shared/ask/surroundings.js';
import { orUndefined } from '../shared/errors.js';
import { locate, runtimeFolder } from '../shared/locations.js';
import { checkFolder } from '../shared/own-folder.js';
import { querySocket } from '../shared/query-socket.js';
import { withSocketPath } from '../shared/socket-path.js';
import { terminalOf } from './terminal-of.js';

/** It is not worth asking then. The daemon reads all arguments, and refuses what is more than a short answer. */
const IS_NO_SEARCH = /^-(?:[hi]|-(?:help|version|interactive|watch|open|preview)(?:=.*)?)$/;
const MAX_ANSWER_BYTES = 1 << 20;
const LINE_FEED = 0x0a;

export interface AskedDaemon {
  readonly socket: string;
  /** The request. */
  readonly line: string;
}

/** @returns undefined: none is to be asked, or none is there. */
export function daemonToAsk(argv: readonly string[]): AskedDaemon | undefined {
  return orUndefined(() => {
    if (argv.some((word) => IS_NO_SEARCH.test(word))) return undefined;
    const places = locate();
    const socket = querySocket(places.runtimeDirectory);
    if (!lstatSync(socket, { throwIfNoEntry: false })?.isSocket()) return undefined;
    const line = checkFolder(runtimeFolder(places)) ? requestOf(argv) : undefined;
    return line === undefined ? undefined : { socket, line };
  });
}

function requestOf(argv: readonly string[]): string | undefined {
  const here = surroundings();
  if (here === undefined) return undefined;
  const terminal = terminalOf();
  const command = {
    build: BUILD,
    surroundings: here,
    argv,
    cwd: process.cwd(),
    env: environmentOf(process.env),
    ...(terminal && { terminal }),
  };
  const line = `${JSON.stringify({ command })}\n`;
  return Buffer.byteLength(line) <= MAX_LINE_BYTES ? line : undefined;
}

/**
 * So much longer a search may take because the daemon was asked. An answer takes milliseconds, the first one of a while
 * 70. Where other programs have the processor, all is slower, and by how much this process has seen while it started: a
 * search of its own would take about as long again.
 */
export function patienceMs(startedMs = process.uptime() * 1000): number {
  return Math.min(40 + 3 * startedMs, 500);
}

/** @param done  gets undefined when there is no answer. Called once. */
export function askDaemon(
  { socket: path, line }: AskedDaemon,
  done: (answer: CommandAnswer | undefined) => void,
  waitMs = patienceMs(),
): void {
  const { connect } = process.getBuiltinModule('node:net');
  const socket = orUndefined(() => withSocketPath(path, (short) => connect(short)));
  if (!socket) return done(undefined);
  const chunks: Buffer[] = [];
  let bytes = 0;
  const end = (answer?: CommandAnswer) => {
    clearTimeout(timer);
    socket.removeAllListeners().on('error', () => {});
    // Before it is closed, which the end of the process does quicker.
    done(answer);
    socket.destroy();
  };
  const timer = setTimeout(end, waitMs);
  socket.on('error', () => end()).on('close', () => end());
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (chunk.at(-1) === LINE_FEED) end(parseCommandAnswer(Buffer.concat(chunks).toString()));
    else if (bytes > MAX_ANSWER_BYTES) end();
  });
  socket.write(line);
}
