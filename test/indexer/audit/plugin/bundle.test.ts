/** The plugin is started by auditd and stays in memory: it holds what it needs, not the names that people read. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bundle } from '../../../helpers/bundle.js';

it('the plugin does not hold the tables of names', () => {
  const plugin = readFileSync(bundle('indexer/audit/plugin/main.ts'), 'utf8');
  const library = readFileSync(bundle('indexer/audit/index.ts'), 'utf8');
  for (const word of [
    'audit/view/',
    'CAPBSET_DROP',
    'SECURITY_ENCRYPTION_TRANSPORT',
    'accessed-mac-policy-controlled-object',
  ]) {
    expect(library).toContain(word);
    expect(plugin).not.toContain(word);
  }
});
