/** Are the answers of a run right? A wrong one of find-text, or an engine that found nothing at all, makes the run worthless. */

/** @returns `{ name, isOk, detail }` of each. */
export function checksOf(run) {
  return [...errorChecks(run), ...listChecks(run), ...freshChecks(run), ...languageChecks(run)];
}

function errorChecks(run) {
  const parts = { fresh: run.fresh, languages: run.languages, code: run.code, pdf: run.pdf, home: run.home };
  for (const { size, engines } of run.sizes ?? []) parts[`size ${size}`] = engines;
  const failed = Object.entries(parts).flatMap(([part, engines]) =>
    Object.entries(engines ?? {})
      .filter(([, { error }]) => error)
      .map(([name, { error }]) => `${part}, ${name}: ${error}`),
  );
  return [{ name: 'every engine could be measured', isOk: failed.length === 0, detail: failed.join('; ') }];
}

function listChecks({ sizes = [], engines }) {
  const named = (isOurs) => engines.filter((engine) => Boolean(engine.isOurs) === isOurs).map(({ name }) => name);
  return sizes.flatMap(({ size, engines: results }) => {
    const lists = (names) => names.flatMap((name) => (results[name]?.lists ? [[name, results[name].lists]] : []));
    const empty = lists(named(false)).filter(([, { share }]) => share === 0);
    return [
      ...lists(named(true)).map(([name, { least }]) => ({
        name: `${size}: ${name} lists every file that holds the word`,
        isOk: least === 1,
        detail: `worst word ${least}`,
      })),
      {
        name: `${size}: each engine finds something`,
        isOk: empty.length === 0,
        detail: empty.map(([name]) => name).join(', '),
      },
    ];
  });
}

function freshChecks({ fresh, engines }) {
  if (!fresh) return [];
  return engines.flatMap(({ name, isOurs }) => {
    const one = fresh[name];
    if (!one || one.error) return [];
    const isOk = isOurs ? one.found === one.files : one.found > 0;
    return [{ name: `${name} finds new files`, isOk, detail: `${one.found} of ${one.files}` }];
  });
}

function languageChecks({ languages, engines }) {
  return engines
    .filter(({ name, isOurs }) => isOurs && languages?.[name] && !languages[name].error)
    .map(({ name }) => {
      const least = Math.min(...Object.values(languages[name]));
      return { name: `${name} finds whole words of every language`, isOk: least >= 0.99, detail: `worst ${least}` };
    });
}
