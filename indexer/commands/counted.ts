/** counted(1, 'file') → `1 file`, counted(4166, 'file') → `4,166 files`. Pure. */
export function counted(count: number, one: string): string {
  return `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;
}
