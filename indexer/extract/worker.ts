/**
 * Entry of a child process that extracts text; started by pool.ts, bundled to dist/extract-worker.js.
 */
import { serveJobs } from './job-loop.js';
import { EXTRACTORS } from './registry.js';

serveJobs(EXTRACTORS);
