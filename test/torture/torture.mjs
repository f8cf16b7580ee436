/** The torture run: see main.ts for what it does. */
import { start } from './start.mjs';

await start('main');
