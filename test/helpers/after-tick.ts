/**
 * Kernels before 6.13 stamp two changes in one tick of their clock alike, so the pipeline does not believe a stat as fresh as that
 * (`TICK_MS` in path-worker.ts). Resolves when whatever was written before is older; under load later, never earlier.
 */
const OLDER_THAN_A_TICK_MS = 20;

export async function afterTick(): Promise<void> {
  const endMs = performance.now() + OLDER_THAN_A_TICK_MS;
  while (performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, endMs - performance.now()));
}
