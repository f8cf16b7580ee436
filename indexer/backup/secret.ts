/** Passwords of repositories: from a file or the environment, for the environment of the tool alone. */
import { stat } from 'node:fs/promises';
import { reasonText } from '../../shared/errors.js';
import { cleanText } from '../../shared/path-text.js';
import type { Secret } from './places.js';
import { ToolFailed } from './run-tool.js';

const OTHERS_READ = 0o004;

/** Rejects with ToolFailed when others can read the file, or it is not there. */
export async function requireSecret({ passwordFile, passwordEnv }: Secret): Promise<void> {
  if (passwordEnv !== undefined && process.env[passwordEnv] === undefined)
    throw new ToolFailed(`the environment variable ${passwordEnv} with the password is not set`);
  if (passwordFile === undefined) return;
  const { mode } = await stat(passwordFile).catch((error: unknown) => {
    throw new ToolFailed(`the password file ${cleanText(passwordFile)} cannot be looked at: ${reasonText(error)}`);
  });
  if (mode & OTHERS_READ)
    throw new ToolFailed(`the password file ${cleanText(passwordFile)} can be read by everybody: chmod 600 it`);
}

export function passwordOf({ passwordEnv }: Secret): string | undefined {
  return passwordEnv === undefined ? undefined : process.env[passwordEnv];
}
