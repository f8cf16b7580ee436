/** A month of a daemon's life in minutes: see soak/main.ts for what it does. */
import { start } from './start.mjs';

await start('soak/main');
