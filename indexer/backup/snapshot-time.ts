/** When a folder of copies was made: its name, its subvolume or its own time says it. Pure but for `subvolumeTime`. */
import { closeSync, constants, openSync } from 'node:fs';
import { subvolumeMadeMs } from '../system/libc.js';

/** year, month, day, hour, minute, second; what is missing is 0. */
export type DateParts = Readonly<Record<string, string | undefined>>;

/** `20261129`, `2026-11-29`, `20261129T0800`, `2026-11-29_08-00-01`, `20261129T080000+0100` */
const DATE_IN_NAME =
  /(?<!\d)(?<Y>\d{4})(?<dash>[-.]?)(?<m>\d\d)\k<dash>(?<d>\d\d)(?:[T_ .-]?(?<H>\d\d)[:.h-]?(?<M>\d\d)(?:[:.-]?(?<S>\d\d))?(?<zone>Z|[+-]\d\d:?\d\d)?)?(?!\d)/;

export function timeInName(name: string): number | undefined {
  const found = DATE_IN_NAME.exec(name)?.groups;
  return found && timeOfParts(found);
}

/** Of local time, without a zone. undefined: there is no such day or hour. */
export function timeOfParts({ Y, m, d = '1', H = '0', M = '0', S = '0', zone }: DateParts): number | undefined {
  const [year, month, day, hour, minute, second] = [Y, m ?? '1', d, H, M, S].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const isReal =
    year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 61;
  if (!isReal) return undefined;
  if (zone === undefined) return new Date(year, month - 1, day, hour, minute, second).getTime();
  return Date.UTC(year, month - 1, day, hour, minute, second) - zoneMs(zone);
}

/** @returns undefined: it is no btrfs subvolume, or may not be opened. */
export function subvolumeTime(folder: Uint8Array): number | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(folder as Buffer, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    return subvolumeMadeMs(fd);
  } catch {
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function zoneMs(zone: string): number {
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)/.exec(zone) ?? [];
  return sign === undefined ? 0 : Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
