/** Files made to harm, indexed by the real daemon: see hostile.ts for what is measured. */
import { start } from './start.mjs';

await start('hostile');
