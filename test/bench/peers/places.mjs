/** At which place is the file that is right? Each engine is asked as typed; where it has nothing, for any of the words. */
import { pathsOf } from './command.mjs';

const HITS = 10;

/** @returns per item its place, from 1; 0: not among the first ten. */
export function placesOf(session, items) {
  return items.map((item) => ({ ...item, place: placeOf(session, item) }));
}

function placeOf(session, { text, path }) {
  const found = answersTo(session, text).slice(0, HITS);
  return found.indexOf(path) + 1;
}

function answersTo(session, text) {
  const services = session.services();
  const found = pathsOf(session.first(text, HITS), services);
  if (found.length > 0 || !session.firstAny) return found;
  return pathsOf(session.firstAny(text, HITS), services);
}

/** Mean reciprocal rank, and how many are first and among the ten. */
export function scoreOf(placed) {
  const count = (isWanted) => placed.filter(({ place }) => isWanted(place)).length;
  const sum = placed.reduce((total, { place }) => total + (place > 0 ? 1 / place : 0), 0);
  return {
    queries: placed.length,
    mrr: placed.length > 0 ? sum / placed.length : undefined,
    first: count((place) => place === 1),
    found: count((place) => place > 0),
  };
}

/** The score of each group that `groupOf` names. */
export function scoresBy(placed, groupOf) {
  const groups = [...new Set(placed.map(groupOf))];
  return Object.fromEntries(groups.map((group) => [group, scoreOf(placed.filter((one) => groupOf(one) === group))]));
}
