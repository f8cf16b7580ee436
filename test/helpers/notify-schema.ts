/** The JSON Schema of what is told of changes; tests check every payload against it. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

const ajv = new Ajv({ allErrors: true });
const schema = JSON.parse(readFileSync(new URL('../../docs/notify-event.schema.json', import.meta.url), 'utf8'));
const validate = ajv.compile(schema);

/** What is wrong with a payload; empty: nothing. */
export function faultsOf(payload: unknown): readonly string[] {
  return validate(payload)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
