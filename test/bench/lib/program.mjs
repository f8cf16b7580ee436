/** How a benchmark that somebody has typed speaks and ends. Used by bench.mjs, peers.mjs and corpus.mjs. */

export function print(text) {
  process.stdout.write(`${text}\n`);
}

/** What it is doing, beside its results. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** @param main  returns the exit status; 2 where it throws. */
export async function runProgram(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    say(error.message);
    process.exitCode = 2;
  }
}
