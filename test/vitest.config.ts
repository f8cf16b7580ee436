import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: new URL('../node_modules/.cache/vitest', import.meta.url).pathname,
  test: {
    root: new URL('.', import.meta.url).pathname,
    include: ['**/*.test.ts'],
    globalSetup: ['helpers/build-programs.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
