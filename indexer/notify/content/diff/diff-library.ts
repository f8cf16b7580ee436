/** The fall-back where there is no `diff` program. Bounded in steps and time; the only place that imports `diff`. */

/** The length is what bounds the work, to half a second of a processor; a busy machine may take long for it. */
const LIMITS = { maxEditLength: 2000, timeout: 10_000 } as const;

/** @returns undefined when the texts are too different for the bounds. */
export async function diffInProcess(before: string, after: string): Promise<string | undefined> {
  const { structuredPatch } = await import('diff');
  const patch = structuredPatch('a', 'b', before, after, undefined, undefined, { context: 3, ...LIMITS });
  return patch?.hunks
    .map(
      ({ oldStart, oldLines, newStart, newLines, lines }) =>
        `@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@\n${lines.join('\n')}\n`,
    )
    .join('');
}

/** As the program writes it: no line begins before the first one, and the count of one is left out. */
function range(start: number, lines: number): string {
  if (lines === 1) return String(start);
  return `${lines === 0 ? start - 1 : start},${lines}`;
}
