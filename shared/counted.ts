/** Numbers in words for people. Pure. Without Intl, which takes 20 ms to load. */

/** 1234567 → 1,234,567 */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** counted(1, 'file') → `1 file`, counted(4166, 'file') → `4,166 files` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}
