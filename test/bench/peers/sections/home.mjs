/**
 * Questions that a person asks of a home directory with documents, mail, photos, music and archives: is the right file the
 * first? Questions in the syntax of find-text's own fields are left out. The home was made by the authors of find-text.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeHome } from '../../quality/home/make-home.mjs';
import { eachEngine } from '../indexed.mjs';
import { placesOf, scoreOf } from '../places.mjs';

const SEED = 20_240_517;
const FIELD = /(?:^|\s)\w+:\S/;
const QUESTIONS = JSON.parse(readFileSync(join(import.meta.dirname, '../../quality/home/questions.json'), 'utf8'));

export async function home(context) {
  const folder = join(context.work, 'ann');
  mkdirSync(folder);
  makeHome(folder, { seed: SEED, bytes: context.product.bytes, questions: QUESTIONS });
  const items = QUESTIONS.filter(({ query }) => !FIELD.test(query)).map(({ query, path }) => ({
    text: query,
    path: join(folder, path),
  }));
  const engines = context.engines.filter(({ isNamesOnly, hasNoIndex }) => !isNamesOnly && !hasNoIndex);
  return eachEngine(engines, folder, context, (session, index) => ({ index, ...scoreOf(placesOf(session, items)) }));
}
