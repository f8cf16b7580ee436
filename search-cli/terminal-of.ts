/** The terminal that standard output is, if it is one. */
import type { Terminal } from '../shared/ask/command.js';
import { isTerminal } from './output.js';

/** For one that does not know its width. */
const DEFAULT_COLUMNS = 80;

/** Loads modules of Node for a terminal only. */
export function terminalOf(): Terminal | undefined {
  if (!isTerminal(1)) return undefined;
  const { hostname } = process.getBuiltinModule('node:os');
  return { columns: process.stdout.columns || DEFAULT_COLUMNS, host: hostname() };
}
