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

/** How many times the figure of the first days that of the last ones may be. */
const MAY_BE = { rssMb: 1.05, ownMb: 1.05, descriptors: 1.05, indexKb: 1.05 } as const;
/** A table that has just been changed has one more than a table at rest. */
const MORE_SEGMENTS = 4;

/** The first day still warms up. */
const COMPARED_DAY = 2;
/** The least of so many days counts: garbage that nobody has collected on one of them is not what has grown. */
const DAYS_TOGETHER = 3;

/** @returns what has grown from the first days to the last ones, a line each. */
export function grown(days: readonly Figures[]): string[] {
  const warm = days.filter(({ day }) => day >= COMPARED_DAY);
  if (warm.length < 2) throw new Error(`there is no day ${COMPARED_DAY} to compare with`);
  const together = Math.min(DAYS_TOGETHER, Math.floor(warm.length / 2));
  const [first, last] = [leastOf(warm.slice(0, together)), leastOf(warm.slice(-together))];
  const names = Object.keys(MAY_BE) as (keyof typeof MAY_BE)[];
  const tooMuch = names.filter((name) => last[name] > first[name] * MAY_BE[name]);
  const lines = tooMuch.map(
    (name) => `${name}: ${first[name]} from day ${first.day}, ${last[name]} from day ${last.day}`,
  );
  const hasSegments = last.segments > first.segments + MORE_SEGMENTS;
  return hasSegments ? [...lines, `segments: ${first.segments}, then ${last.segments}`] : lines;
}

/** @param days  at least one. @returns the first one's day, and the least of all else */
function leastOf(days: readonly Figures[]): Figures {
  const least = (name: keyof Figures) => Math.min(...days.map((each) => each[name]));
  return {
    day: least('day'),
    rssMb: least('rssMb'),
    ownMb: least('ownMb'),
    descriptors: least('descriptors'),
    indexKb: least('indexKb'),
    segments: least('segments'),
  };
}

const COLUMNS = ['day', 'rssMb', 'ownMb', 'descriptors', 'indexKb', 'segments'] as const;

export function figuresHead(): string {
  return COLUMNS.map((name) => name.padStart(11)).join(' ');
}

export function figuresLine(figures: Figures): string {
  return COLUMNS.map((name) => String(figures[name]).padStart(11)).join(' ');
}
