/**
 * An audit stream of any length: what `tar x` of a large tree gives, made of the captured one by new serials, times, inodes and
 * names. About 5.4 records an event.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FIXTURES = join(import.meta.dirname, '../../fixtures/audit');
const FIRST_SERIAL = 1_000_000;
const FIRST_SECOND = 1_795_300_000;
const FIRST_PID = 20_000;
const INODES_PER_ROUND = 100;

/**
 * @param format   'enriched' or 'raw', as the captures are named.
 * @param writers  how many processes take turns; 1 is what tar does.
 * @returns whole rounds of the captured events, at least `events` of them: { bytes, events, rounds, round: bytes of the first }
 */
export function tarStream({ format, events, writers = 1 }) {
  const captured = tarEvents(format);
  const rounds = Math.ceil(events / captured.length);
  const pieces = [];
  for (let round = 0; round < rounds; round++) {
    for (const [at, event] of captured.entries()) {
      pieces.push(renumbered(event, round, round * captured.length + at, writers));
    }
  }
  const bytes = Buffer.from(pieces.join(''), 'latin1');
  const round = Buffer.from(pieces.slice(0, captured.length).join(''), 'latin1');
  return { bytes, events: pieces.length, rounds, round };
}

/** The events of the tar process that unpacked below another folder than its own. */
function tarEvents(format) {
  const bySerial = new Map();
  for (const line of readFileSync(join(FIXTURES, `programs.${format}.log`), 'latin1').split('\n')) {
    const serial = /audit\([\d.]+:(\d+)\)/.exec(line)?.[1];
    if (serial) bySerial.set(serial, `${bySerial.get(serial) ?? ''}${line}\n`);
  }
  const isTar = (event) => event.includes(' comm="tar" ') && event.includes(' cwd="/srv/watched/out"');
  return [...bySerial.values()].filter(isTar);
}

function renumbered(event, round, number, writers) {
  const time = `${FIRST_SECOND + Math.floor(number / 1000)}.${String(number % 1000).padStart(3, '0')}`;
  return event
    .replace(/audit\([\d.]+:\d+\)/g, `audit(${time}:${FIRST_SERIAL + number})`)
    .replace(/ inode=(\d+)/g, (_, inode) => ` inode=${Number(inode) + round * INODES_PER_ROUND}`)
    .replace(/ name="\.\/(\w+)/g, (_, name) => ` name="./${name}-${round}`)
    .replace(/ pid=\d+/, ` pid=${FIRST_PID + (number % writers)}`);
}
