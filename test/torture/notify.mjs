/** The torture run of integrity monitoring: see notify/main.ts for what it does. */
import { start } from './start.mjs';

await start('notify/main');
