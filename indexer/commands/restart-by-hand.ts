/** What a shell takes to end a daemon that nothing else has started, and to start it anew in the foreground. Pure. */
export function restartByHand(pid: number, run: string): string {
  return `kill ${pid} && tail --pid=${pid} -f /dev/null && ${run}`;
}
