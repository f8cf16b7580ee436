/**
 * What `audit changes` prints for every capture, kept beside it as CASE.changes.jsonl. After a wanted difference write them anew
 * with WRITE_GOLDEN=1 and read the diff.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditChangesText, CAPTURES, loadCaptures } from '../../helpers/audit-captures.js';

describe.each(loadCaptures())('$name', ({ name, log }) => {
  const golden = join(CAPTURES, `${name}.changes.jsonl`);

  it('prints what it printed', async () => {
    const text = await auditChangesText(log, 'jsonl');
    if (process.env.WRITE_GOLDEN) writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });
});
