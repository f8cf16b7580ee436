/**
 * A home directory as people have it, and forty questions that a person would ask of it, each with the one file that is
 * right (home/questions.json). A daemon indexes the home, `find-text` is asked as typed: how often is that file the first?
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon } from '../lib/daemon.mjs';
import { privateEnv } from '../lib/product.mjs';
import { figure, table } from '../lib/table.mjs';
import { makeHome } from './home/make-home.mjs';

const SEED = 20_240_517;
const HITS = 10;
const QUESTIONS = JSON.parse(readFileSync(join(import.meta.dirname, 'home/questions.json'), 'utf8'));

export async function home({ product, scratch }) {
  const env = privateEnv(join(scratch, 'home-index'));
  const folder = join(scratch, 'ann');
  mkdirSync(folder);
  const { paths, endings } = makeHome(folder, { seed: SEED, bytes: product.bytes, questions: QUESTIONS });
  const daemon = await startDaemon(product, folder, env);
  const answers = QUESTIONS.map((question) => ({ ...question, ...answer(product, env, folder, question) }));
  await daemon.stop();
  const missed = answers.filter(({ place }) => place !== 1);
  process.stdout.write(
    `${table(
      ['question', 'place', 'first instead'],
      missed.map(({ query, place, first }) => [query, place || 'none', first]),
    )}\n\n`,
  );
  return [
    figure('files of the home', paths.length, { target: 5000, atLeast: true }),
    figure('endings of its files', endings.size, { target: 40, atLeast: true }),
    figure(`questions of ${answers.length} answered first`, answers.length - missed.length, {
      target: 36,
      atLeast: true,
    }),
  ];
}

/** @returns at which place the right file stands, from 1; 0: not among the first. And what stands first. */
function answer({ findText }, env, folder, question) {
  const [program, ...args] = findText;
  const { stdout, status, stderr } = spawnSync(program, [...args, '--json', '-n', String(HITS), question.query], {
    env,
    cwd: folder,
    encoding: 'utf8',
  });
  if (status > 1) throw new Error(`find-text ${question.query}: ${stderr}`);
  const hits = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return { place: hits.findIndex((hit) => isRight(hit, question, folder)) + 1, first: shown(hits[0], folder) };
}

function isRight(hit, { path, inner, page }, folder) {
  if (hit.path !== join(folder, path)) return false;
  if (page !== undefined && hit.page !== page) return false;
  return inner === undefined || (hit.inner?.includes(inner) ?? false);
}

function shown(hit, folder) {
  if (!hit) return '';
  const { path, inner } = hit;
  return [path.slice(folder.length + 1), inner].filter(Boolean).join(' › ');
}
