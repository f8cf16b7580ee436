/** Gives way, and prints what has become of it: as JSON, one line. */
import { spawnSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { giveWay } from '../../../indexer/budget/give-way.js';

giveWay(7);
const own = getPriority();
const child = Number(spawnSync('nice', [], { encoding: 'utf8' }).stdout);
giveWay(3);
console.log(JSON.stringify({ own, child, raised: getPriority() }));
