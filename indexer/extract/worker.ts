/**
 * Entry of a child process that extracts text; started by pool.ts, bundled to dist/extract-worker.js. What it needs of
 * the file system it takes before it shuts itself in.
 */
import { createHash } from 'node:crypto';
import { takeName } from '../../shared/own-name.js';
import { confine } from '../system/confine.js';
import { openPdfium } from './formats/pdfium.js';
import { serveJobs } from './job-loop.js';
import { EXTRACTORS } from './registry.js';

takeName('find-textd');
try {
  openPdfium();
} catch {
  // Each PDF will say so.
}
// OpenSSL reads its configuration with the first digest, the C library that of the time zone with the first local time.
createHash('sha256').update('').digest();
new Date().getTimezoneOffset();
// What libuv has begun to watch the kernel hears of in its first turn, by calls that the walls refuse.
setImmediate(() => {
  confine();
  void serveJobs(EXTRACTORS);
});
