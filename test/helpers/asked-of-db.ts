/** What is asked of an index while something runs: the parameters of each statement, so that work can be counted. */
import type { Db, Statement } from '../../shared/store/open.js';

const CALLS = ['all', 'get', 'iterate'] as const;

/** @param run  with an index that writes down what it is asked. @returns the parameters of each call, as JSON. */
export function askedOfDb(db: Db, run: (db: Db) => void): string[] {
  const asked: string[] = [];
  const written = new Proxy(db, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name === 'prepare') return (sql: string) => writtenDown(target.prepare(sql), asked);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  run(written);
  return asked;
}

function writtenDown(statement: Statement<unknown>, asked: string[]): Statement<unknown> {
  for (const name of CALLS) {
    const call = statement[name].bind(statement) as (...parameters: unknown[]) => unknown;
    Object.assign(statement, {
      [name]: (...parameters: unknown[]) => {
        asked.push(JSON.stringify(parameters));
        return call(...parameters);
      },
    });
  }
  return statement;
}
