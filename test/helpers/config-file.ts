/** The configuration file of a world of its own. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestEnv } from './test-env.js';

export function writeConfig(env: TestEnv, text: string): void {
  const file = join(env.env.XDG_CONFIG_HOME as string, 'find-text/config.toml');
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
}
