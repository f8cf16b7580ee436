/**
 * GNOME Shell and KRunner: calls over a real session bus to the program that it starts, which asks a daemon on M. Warm, as somebody
 * types; and the first call, which starts the program.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startDaemon, waitUntilIdle } from '../lib/daemon.mjs';
import { privateEnv } from '../lib/product.mjs';
import { knownItemTexts, ourQuery, QUERIES } from '../lib/queries.mjs';
import { sleep, spread } from '../lib/stats.mjs';
import { figure } from '../lib/table.mjs';

const KNOWN_ITEMS = 300;
const STARTS = 10;
const TARGET_MS = 30;
const OTHER_QUERY = 'kernel memory';

export async function run({ product, corpora, scratch }) {
  const env = privateEnv(join(scratch, 'desktop'));
  const daemon = await startDaemon(product, corpora.M.folder, env);
  daemon.stopSampling();
  await waitUntilIdle(daemon);
  const bus = await startBus(product, env);
  const texts = [...QUERIES.map(ourQuery), ...knownItemTexts('M', KNOWN_ITEMS)];
  try {
    const first = await askFirst(bus);
    const warm = await askWarm(bus, texts);
    const figures = [
      figure('GNOME: the hits of a query, p95', spread(warm.ids).p95, { target: TARGET_MS, unit: 'ms' }),
      figure('GNOME: what to show of them, p95', spread(warm.metas).p95, { target: TARGET_MS, unit: 'ms' }),
      figure('KRunner: the hits of a query, p95', spread(warm.matches).p95, { target: TARGET_MS, unit: 'ms' }),
      figure('a ping of the program, p50', spread(warm.ping).p50, { unit: 'ms' }),
      figure('the first call, which starts the program, p50', spread(first).p50, { unit: 'ms' }),
    ];
    const checks = [
      {
        name: 'nearly every query has hits',
        isOk: warm.answered >= 0.95 * texts.length,
        detail: `${warm.answered} of ${texts.length}`,
      },
      { name: 'each hit is described', isOk: warm.undescribed === 0 },
      { name: 'both front ends have the same hits', isOk: warm.different === 0, detail: `${warm.different} differ` },
    ];
    return { figures, tables: [table({ ...warm, first })], checks, raw: { warm, first } };
  } finally {
    await bus.stop();
    await daemon.stop();
  }
}

/** A dbus-daemon that knows the files of `find-textd install`. */
async function startBus({ busConfig, Bus, busSocket, desktopFiles, desktop, findTextd }, env) {
  const [node, file] = findTextd;
  for (const [path, text] of Object.entries(desktopFiles({ node, file, version: 'bench' }))) {
    mkdirSync(dirname(join(env.XDG_DATA_HOME, path)), { recursive: true });
    writeFileSync(join(env.XDG_DATA_HOME, path), text);
  }
  const config = join(env.XDG_RUNTIME_DIR, 'bus.conf');
  writeFileSync(config, busConfig(join(env.XDG_RUNTIME_DIR, 'bus'), join(env.XDG_DATA_HOME, 'dbus-1/services')));
  const args = [`--config-file=${config}`, '--nofork', '--print-address'];
  const child = spawn('dbus-daemon', args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  const [address] = await Promise.race([once(child.stdout, 'data'), ended]);
  const socket = busSocket({ DBUS_SESSION_BUS_ADDRESS: String(address).trim() });
  const client = new Bus(socket, () => {});
  const ask = async (call) => {
    const beganMs = performance.now();
    const { body: [value] = [], errorName } = await client.call(call);
    if (errorName) throw new Error(`${errorName}: ${value}`);
    return { ms: performance.now() - beganMs, value };
  };
  const { BUS_NAME: destination, GNOME_OBJECT, KRUNNER_OBJECT } = desktop;
  const gnome = { destination, path: GNOME_OBJECT, interface: 'org.gnome.Shell.SearchProvider2', signature: 'as' };
  const krunner = { destination, path: KRUNNER_OBJECT, interface: 'org.kde.krunner1', signature: 's' };
  const ofName = (member) => ask({ member, signature: 's', body: [destination] });
  return {
    ids: (query) => ask({ ...gnome, member: 'GetInitialResultSet', body: [query.split(' ')] }),
    metas: (ids) => ask({ ...gnome, member: 'GetResultMetas', body: [ids] }),
    matches: (query) => ask({ ...krunner, member: 'Match', body: [query] }),
    ping: () => ask({ destination, path: GNOME_OBJECT, interface: 'org.freedesktop.DBus.Peer', member: 'Ping' }),
    endProgram: async () => {
      process.kill((await ofName('GetConnectionUnixProcessID')).value, 'SIGTERM');
      while ((await ofName('NameHasOwner')).value) await sleep(5);
    },
    stop: () => {
      client.close();
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function askFirst(bus) {
  const all = [];
  for (let i = 0; i < STARTS; i++) {
    all.push((await bus.ids(OTHER_QUERY)).ms);
    await bus.endProgram();
  }
  return all;
}

async function askWarm(bus, texts) {
  for (const text of texts.slice(0, 20)) await bus.ids(text);
  const warm = { ids: [], metas: [], matches: [], ping: [], answered: 0, undescribed: 0, different: 0 };
  for (const text of texts) {
    const ids = await bus.ids(text);
    const metas = await bus.metas(ids.value);
    // The program keeps its last answer for a moment.
    await bus.ids(OTHER_QUERY);
    const matches = await bus.matches(text);
    warm.ids.push(ids.ms);
    warm.metas.push(metas.ms);
    warm.matches.push(matches.ms);
    warm.ping.push((await bus.ping()).ms);
    if (ids.value.length > 0) warm.answered++;
    if (metas.value.length !== ids.value.length) warm.undescribed++;
    if (matches.value.map(([id]) => id).join('\n') !== ids.value.join('\n')) warm.different++;
  }
  return warm;
}

function table(samples) {
  return {
    header: ['milliseconds', 'n', 'min', 'p50', 'p95', 'max'],
    rows: Object.entries(samples)
      .filter(([, ms]) => Array.isArray(ms))
      .map(([name, ms]) => {
        const { n, min, p50, p95, max } = spread(ms);
        return [name, n, min, p50, p95, max];
      }),
  };
}
