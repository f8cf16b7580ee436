/** Reads the paths of its arguments, as user nobody when it may choose; prints the outcomes. Started by read-file.test.ts. */
import { readBeginning } from '../../../indexer/extract/read-file.js';

const NOBODY = 65_534;
if (process.getuid?.() === 0) {
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
const outcomes = process.argv
  .slice(2)
  .map((path) => readBeginning(Buffer.from(path), { maxBytes: 100, isWorthReading: () => true }));
process.stdout.write(JSON.stringify(outcomes));
