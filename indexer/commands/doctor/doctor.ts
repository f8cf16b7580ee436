/**
 * `find-textd doctor`: what is wrong with find-text on this machine, why it matters, and the command that repairs it.
 * Changes nothing.
 */
import type { Writable } from 'node:stream';
import { type Diagnosis, diagnose, exitStatus } from './diagnose.js';
import { toDoctorJson } from './doctor-json.js';
import { doctorText } from './doctor-text.js';
import { gather } from './facts.js';
import { type Place, thisPlace } from './place.js';
import { Ways } from './ways.js';

/** @returns the exit status */
export async function doctor(
  { json = false }: { readonly json?: boolean | undefined },
  stdout: Writable,
  place: Place = thisPlace(),
): Promise<0 | 1 | 2> {
  const diagnosis = await examine(place);
  stdout.write(json ? `${JSON.stringify(toDoctorJson(diagnosis))}\n` : doctorText(diagnosis));
  return exitStatus(diagnosis);
}

export async function examine(place: Place): Promise<Diagnosis> {
  return diagnose(await gather(place), new Ways(place));
}
