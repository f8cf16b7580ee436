/** The check that flips bytes: see flip-main.ts for what it does. */
import { start } from './start.mjs';

await start('flip-main');
