/** A short torture run of integrity monitoring: what `node test/torture/notify.mjs` does for 10,000 changes. */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { fastPrograms } from '../torture/notify/programs.js';
import { torture } from '../torture/notify/torture.js';

const TOP = fileURLToPath(new URL('../..', import.meta.url));

it.for([
  { telling: 'all', changes: 300, kills: 4, between: 8 },
  { telling: 'window', changes: 100, kills: 2, between: 3 },
] as const)(
  'a receiver that fails in every way, a daemon that is killed: each change is told, in order (telling: $telling)',
  async ({ ...how }) => {
    const programs = await fastPrograms(TOP, false);
    onTestFinished(() => rmSync(programs, { recursive: true, force: true }));
    const said: string[] = [];
    const faults = await torture(programs, { seed: '5', files: 40, ...how, say: (line) => said.push(line) });
    expect(faults, said.join('\n')).toEqual([]);
  },
);
