/**
 * How long this process has worked. What an extractor may take for one file is counted so: on a busy machine it waits for
 * most of the time, and a file would be known in part only because of other programs.
 */
export function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
