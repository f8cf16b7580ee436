/** How many letters must be left out, added, replaced or swapped with their neighbour (optimal string alignment). */
export function distance(a: string, b: string): number {
  return distancesToBeginnings(a, b)[b.length] as number;
}

/** The same to each beginning of `b`, by its length. */
export function distancesToBeginnings(a: string, b: string): number[] {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j] as number, (beforeLast[j - 2] as number) + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return last;
}
