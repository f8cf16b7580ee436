/** Quiet hours: a time of day in which a rule holds back what is not critical. Local time. */

/** `HH:MM`; `from` may be later than `to`: then midnight is in it. */
export interface Hours {
  readonly from: string;
  readonly to: string;
}

export function isWithinHours({ from, to }: Hours, at: Date): boolean {
  const [begin, end, now] = [minuteOf(from), minuteOf(to), at.getHours() * 60 + at.getMinutes()];
  return begin <= end ? now >= begin && now < end : now >= begin || now < end;
}

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
