/** Reads a secret from where the user has put it. A secret is in no message. */
import { FindTextError } from '../../../shared/errors.js';
import { readSecretFile } from '../../../shared/secret-file.js';
import type { SecretSource } from '../rules/rule.js';

/**
 * @param what  for messages: `the address of the endpoint "ops"`
 * @throws FindTextError FT_CONFIG_INVALID
 */
export function readSecret(source: SecretSource, what: string, env: NodeJS.ProcessEnv = process.env): string {
  if ('text' in source) return source.text;
  return 'env' in source ? fromEnvironment(source.env, what, env) : firstLine(readSecretFile(source.file, what));
}

function fromEnvironment(name: string, what: string, env: NodeJS.ProcessEnv): string {
  const value = env[name]?.trim();
  if (value) return value;
  const hint = 'systemd: `systemctl --user edit find-textd`, then `Environment=` or `EnvironmentFile=`';
  throw new FindTextError('FT_CONFIG_INVALID', `read ${what}: the environment variable ${name} is not set`, { hint });
}

function firstLine(text: string): string {
  return (text.trim().split(/\r?\n/, 1)[0] as string).trim();
}
