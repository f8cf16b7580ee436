import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import AuditInTurn from './helpers/audit-in-turn.js';

export default defineConfig({
  cacheDir: new URL('../node_modules/.cache/vitest', import.meta.url).pathname,
  test: {
    root: new URL('./', import.meta.url).pathname,
    include: ['**/*.test.ts'],
    globalSetup: ['helpers/clean-temp.ts', 'helpers/build-programs.ts'],
    // Only for what nothing else ends: waits have their own patience, and say what they wait for (helpers/test-env.ts).
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // One line for each file, and each test that fails.
    slowTestThreshold: 600_000,
    sequence: { sequencer: AuditInTurn },
    pool: 'forks',
    // Most tests wait most of the time: for a daemon, for the one kernel audit of the machine.
    maxWorkers: Math.min(2 * availableParallelism(), 8),
  },
});
