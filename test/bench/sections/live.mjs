/**
 * Answers for people and programs that wait for each of them: the query socket of a daemon on M, warm and over a new connection each time;
 * and `find-text -i` in a terminal of tmux, from a key to its results on the screen, with the daemon and after it was killed.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startDaemon, waitUntilIdle } from '../lib/daemon.mjs';
import { privateEnv } from '../lib/product.mjs';
import { knownItemTexts, ourQuery, QUERIES } from '../lib/queries.mjs';
import { evenly, median, sleep, spread } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';
import { hasTmux, Tmux } from '../lib/tmux.mjs';

const KNOWN_ITEMS = 300;
const ROUNDS = 5;
const TYPED = 15;
/** Between two keys. */
const PAUSE_MS = [40, 120];

export async function run({ product, corpora, scratch }) {
  const env = privateEnv(join(scratch, 'live'));
  const daemon = await startDaemon(product, corpora.M.folder, env);
  daemon.stopSampling();
  await waitUntilIdle(daemon);
  const socketPath = join(env.XDG_RUNTIME_DIR, 'find-text/query.sock');
  const texts = [...QUERIES.map(ourQuery), ...knownItemTexts('M', KNOWN_ITEMS)];
  const warm = await askWarm(socketPath, texts, othersThan(texts));
  const fresh = await askFresh(socketPath, texts.slice(0, 100));
  const typed = hasTmux() ? await typeInto(product, env, daemon, texts) : undefined;
  if (!typed) await daemon.stop();
  return {
    figures: [
      figure('query socket, request to answer, p50', spread(warm.ms).p50, { target: 5, unit: 'ms' }),
      figure('… of a question that was not asked before, p50', spread(warm.firstMs).p50, { unit: 'ms' }),
      ...(typed
        ? [
            figure('find-text -i, key to its results, p95', spread(typed.ms).p95, { target: 50, unit: 'ms' }),
            figure('… after the daemon was killed', spread(typed.alone).p95, { target: 50, unit: 'ms' }),
          ]
        : []),
    ],
    tables: [
      table({
        warm: warm.ms,
        'first time': warm.firstMs,
        'new connection': fresh.ms,
        ...(typed && { key: typed.ms, alone: typed.alone }),
      }),
    ],
    checks: [
      { name: 'the socket answers every query', isOk: warm.failures === 0 && fresh.failures === 0 },
      ...(typed?.checks ?? []),
    ],
    notes: typed ? [] : ['tmux is missing: `find-text -i` is left out'],
    raw: { warm, fresh, typed },
  };
}

/** A daemon that is used has answered others before: V8 compiles well what has run some hundred times. */
function othersThan(texts) {
  const asked = new Set(texts);
  return evenly(
    knownItemTexts('M', Infinity).filter((text) => !asked.has(text)),
    KNOWN_ITEMS,
  );
}

/** As the warm search in one process: the median of several rounds, after one that does not count. */
async function askWarm(path, texts, before) {
  const client = connect(path);
  const lines = createInterface({ input: client })[Symbol.asyncIterator]();
  const ask = async (query) => {
    const beganMs = performance.now();
    client.write(`${JSON.stringify({ query, limit: 10 })}\n`);
    const { value } = await lines.next();
    return { ms: performance.now() - beganMs, answer: JSON.parse(value) };
  };
  for (const text of before) await ask(text);
  const rounds = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const all = [];
    for (const text of texts) all.push(await ask(text));
    rounds.push(all);
  }
  client.destroy();
  const [first, ...later] = rounds;
  return {
    ms: texts.map((_, at) => median(later.map((all) => all[at].ms))),
    firstMs: first.map(({ ms }) => ms),
    failures: rounds.flat().filter(({ answer }) => !answer.hits).length,
  };
}

async function askFresh(path, texts) {
  const ms = [];
  let failures = 0;
  for (const query of texts) {
    const beganMs = performance.now();
    const client = connect(path);
    client.end(JSON.stringify({ query, limit: 10 }));
    let told = '';
    client.on('data', (chunk) => {
      told += chunk;
    });
    await once(client, 'close');
    ms.push(performance.now() - beganMs);
    if (!JSON.parse(told).hits) failures++;
  }
  return { ms, failures };
}

async function typeInto(product, env, daemon, texts) {
  const program = product.findText.map((part) => `'${part}'`).join(' ');
  const tmux = new Tmux(`${program} -i; echo status=$?; stty -a; sleep 60`, env);
  try {
    await tmux.until('the prompt is there', ([first]) => first?.startsWith('>'));
    const queries = evenly(texts, 2 * TYPED);
    const ms = await typeAll(tmux, queries.slice(0, TYPED));
    await tmux.command('resize-window -x 100 -y 30');
    const wide = await tmux.until('it fills the new size', (rows) => rows.length === 30 && /esc end/.test(rows[29]));
    daemon.child.kill('SIGKILL');
    await daemon.ended;
    await tmux.until('it says that the daemon has ended', (rows) => /find-textd has ended/.test(rows[29]));
    const alone = await typeAll(tmux, queries.slice(TYPED));
    await tmux.press('C-c');
    const after = await tmux.until('the shell is there', (rows) => /status=\d+.*echoctl/s.test(rows.join('\n')));
    const left = after.join('\n');
    return {
      ms,
      alone,
      checks: [
        { name: 'find-text -i takes another size', isOk: wide[1].length === 100 },
        { name: 'Ctrl-C leaves the terminal as it was', isOk: /status=130/.test(left) && /(?<!-)icanon/.test(left) },
      ],
    };
  } finally {
    await tmux.close();
    daemon.child.kill('SIGKILL');
  }
}

async function typeAll(tmux, queries) {
  const ms = [];
  for (const query of queries) {
    await tmux.press('C-u');
    await tmux.until('the query is empty', ([first]) => first === '>');
    let typed = '';
    for (const key of query) {
      await sleep(PAUSE_MS[0] + Math.random() * (PAUSE_MS[1] - PAUSE_MS[0]));
      typed += key;
      const beganMs = performance.now();
      void tmux.type(key);
      await tmux.until(`the results of ${typed}`, (rows) => isAnswered(rows, typed));
      // A blank asks nothing new.
      if (key !== ' ') ms.push(performance.now() - beganMs);
    }
  }
  return ms;
}

function isAnswered([prompt, rule = ''], typed) {
  return prompt === `> ${typed}`.trimEnd() && !rule.includes('…');
}

function table(samples) {
  return {
    header: ['milliseconds', 'n', 'min', 'p50', 'p95', 'max'],
    rows: Object.entries(samples).map(([name, ms]) => {
      const { n, min, p50, p95, max } = spread(ms);
      return [name, n, min, p50, p95, max];
    }),
  };
}
