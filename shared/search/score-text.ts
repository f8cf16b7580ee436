/** What a score is made of, for people. Pure. */
import type { SCORE_PARTS, ScoreParts } from './rank.js';

const LABELS: Readonly<Record<keyof typeof SCORE_PARTS, string>> = {
  text: 'text',
  names: 'name, folder and title',
  phrase: 'phrase',
  near: 'near',
  kind: 'kind',
  exactName: 'exact name',
  exactTitle: 'exact title',
  nameBeginning: 'beginning of the name',
  place: 'place',
};

/** All parts, which add up to the score. Only ranked hits have any. */
export function allParts(score: number, parts: ScoreParts): Record<keyof typeof SCORE_PARTS, number> {
  const own = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return rounded({ ...parts, place: score - own });
}

function rounded<Name extends string>(parts: Readonly<Record<Name, number>>): Record<Name, number> {
  const entries = Object.entries<number>(parts).map(([name, part]) => [name, roundedScore(part)]);
  return Object.fromEntries(entries) as Record<Name, number>;
}

/** As JSON has it. */
export function roundedScore(score: number): number {
  return Math.round(score * 1000) / 1000;
}

/** `score 24.1: text 12.3, phrase 8, place 3.8`; undefined parts: it was not ranked by its words. */
export function scoreText(score: number, parts: ScoreParts | undefined): string {
  if (!parts) return `score ${score.toFixed(1)}: not ranked by its words`;
  const named = Object.entries(allParts(score, parts)).filter(([, part]) => part >= 0.05);
  const texts = named.map(([name, part]) => `${LABELS[name as keyof typeof LABELS]} ${part.toFixed(1)}`);
  return `score ${score.toFixed(1)}${texts.length > 0 ? `: ${texts.join(', ')}` : ''}`;
}
