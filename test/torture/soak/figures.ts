/** What a day of the soak leaves behind, and whether that has grown. */
export interface Figures {
  readonly day: number;
  /** Memory of the daemon alone (RSS), and of all its processes without what is in files. */
  readonly rssMb: number;
  readonly ownMb: number;
  /** Of the daemon. */
  readonly descriptors: number;
  /** All files of the index folder. */
  readonly indexKb: number;
  /** Of all full-text tables. */
  readonly segments: number;
}

/** Of the day that is compared, and most of it on the last day. */
const MAY_BE = { rssMb: 1.05, ownMb: 1.05, descriptors: 1.05, indexKb: 1.05 } as const;
/** A table that has just been changed has one more than a table at rest. */
const MORE_SEGMENTS = 4;

/** The first day still warms up. */
export const COMPARED_DAY = 2;

/** @returns what has grown, a line each. */
export function grown(days: readonly Figures[]): string[] {
  const [first, last] = [days.find(({ day }) => day === COMPARED_DAY), days.at(-1)];
  if (!first || !last) throw new Error(`there is no day ${COMPARED_DAY} to compare with`);
  const names = Object.keys(MAY_BE) as (keyof typeof MAY_BE)[];
  const tooMuch = names.filter((name) => last[name] > first[name] * MAY_BE[name]);
  const lines = tooMuch.map((name) => `${name}: ${first[name]} on day ${first.day}, ${last[name]} on day ${last.day}`);
  const hasSegments = last.segments > first.segments + MORE_SEGMENTS;
  return hasSegments ? [...lines, `segments: ${first.segments}, then ${last.segments}`] : lines;
}

const COLUMNS = ['day', 'rssMb', 'ownMb', 'descriptors', 'indexKb', 'segments'] as const;

export function figuresHead(): string {
  return COLUMNS.map((name) => name.padStart(11)).join(' ');
}

export function figuresLine(figures: Figures): string {
  return COLUMNS.map((name) => String(figures[name]).padStart(11)).join(' ');
}
