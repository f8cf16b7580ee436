/** `find-textd notify test RULE`: do the endpoints of a rule take what is sent to them? */
import { FindTextError } from '../../../shared/errors.js';
import { cleanText } from '../../../shared/path-text.js';
import { thisHost } from '../../notify/host.js';
import { type ChainHead, GENESIS, Ledger } from '../../notify/ledger/ledger.js';
import { loadNotify } from '../../notify/rules/load-notify.js';
import type { ParsedNotify } from '../../notify/rules/parse-notify.js';
import type { Endpoint } from '../../notify/rules/rule.js';
import { openNotifyForReading } from '../../notify/store.js';
import type { Context } from '../context.js';
import { surroundingsIn } from '../rule-surroundings.js';
import { sendTest } from './send-test.js';

/** @returns the exit status: 1 when not all of them took it. @throws FindTextError FT_CONFIG_INVALID, FT_STORE_… */
export async function testRule({ locations, stdout }: Context, name: string): Promise<0 | 1> {
  const { dataDirectory, configFile } = locations;
  const to = endpointsOf(name, await loadNotify(configFile, surroundingsIn(dataDirectory)));
  if (to.length === 0) stdout.write(`${cleanText(name)} is told to nobody, only recorded: \`to\` is empty\n`);
  const head = headOf(dataDirectory);
  const place = { sequence: head.sequence, chain: { ...head } };
  return (await sendTest(name, to, { host: thisHost(), env: process.env, stdout, place })) ? 0 : 1;
}

function endpointsOf(name: string, { rules, endpoints }: ParsedNotify): readonly Endpoint[] {
  const rule = rules.find((each) => each.name === name);
  if (rule) return endpoints.filter((endpoint) => rule.to.includes(endpoint.name));
  const names = rules.map((each) => each.name).join(', ');
  throw new FindTextError('FT_CONFIG_INVALID', `test the rule ${cleanText(name)}: there is none`, {
    hint: names === '' ? 'the configuration has no [[notify]]' : `rules are ${names}`,
  });
}

function headOf(dataDirectory: string): ChainHead {
  const db = openNotifyForReading(dataDirectory);
  if (!db) return GENESIS;
  try {
    return new Ledger(db).head;
  } finally {
    db.close();
  }
}
