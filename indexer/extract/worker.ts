/**
 * Entry of a child process that extracts text; started by pool.ts, bundled to dist/extract-worker.js.
 */
import { takeName } from '../../shared/own-name.js';
import { serveJobs } from './job-loop.js';
import { EXTRACTORS } from './registry.js';

takeName('find-textd');
// seek-bzip has `new Buffer`; what a child says on stderr is put down to the file that killed it.
process.noDeprecation = true;
serveJobs(EXTRACTORS);
