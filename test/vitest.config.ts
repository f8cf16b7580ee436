import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: new URL('../node_modules/.cache/vitest', import.meta.url).pathname,
  test: {
    root: new URL('./', import.meta.url).pathname,
    include: ['**/*.test.ts'],
    globalSetup: ['helpers/clean-temp.ts', 'helpers/build-programs.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
