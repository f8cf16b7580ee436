/** An engine with its index of a folder, in a home of its own that is gone afterwards. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

let homes = 0;

/** @returns the session with the account of its first index; `close` ends and removes it. */
export async function openIndexed(engine, folder, { product, work, limitMs }) {
  homes++;
  const home = join(work, `home-${homes}`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const session = engine.open({ product, folder, home });
  const close = async () => {
    await session.close();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    return { session, index: await session.index(limitMs), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Runs `action(session, account)` after the first index. @returns what it returns. */
export async function withIndexed(engine, folder, context, action) {
  const { session, index, close } = await openIndexed(engine, folder, context);
  try {
    return await action(session, index);
  } finally {
    await close();
  }
}

/** The same for each engine in turn. One that fails has `error`; the others go on. @returns by name. */
export async function eachEngine(engines, folder, context, action) {
  const results = {};
  for (const engine of engines) {
    context.say(`  ${engine.name}`);
    results[engine.name] = await withIndexed(engine, folder, context, (session, account) =>
      action(session, account, engine),
    ).catch((error) => ({ error: error.message }));
    if (results[engine.name].error) context.say(`  ${engine.name}: ${results[engine.name].error}`);
  }
  return results;
}
