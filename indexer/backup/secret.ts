/** Passwords of repositories: from a file or the environment, for the environment of the tool alone. */
import type { FindTextError } from '../../shared/errors.js';
import { readSecretFile } from '../../shared/secret-file.js';
import type { Secret } from './places.js';
import { ToolFailed } from './run-tool.js';

interface Secrets extends Secret {
  /** It may have a password in it. */
  readonly repositoryFile?: string;
}

/** @throws ToolFailed when others can read or change a file, or it is not there */
export function requireSecret({ passwordFile, passwordEnv, repositoryFile }: Secrets): void {
  if (passwordEnv !== undefined && process.env[passwordEnv] === undefined)
    throw new ToolFailed(`the environment variable ${passwordEnv} with the password is not set`);
  if (repositoryFile !== undefined) requireFile(repositoryFile, 'the address of the repository');
  if (passwordFile !== undefined) requireFile(passwordFile, 'the password of the repository');
}

function requireFile(file: string, what: string): void {
  try {
    readSecretFile(file, what);
  } catch (error) {
    const { message, hint } = error as FindTextError;
    throw new ToolFailed(hint === undefined ? message : `${message}: ${hint}`);
  }
}

export function passwordOf({ passwordEnv }: Secret): string | undefined {
  return passwordEnv === undefined ? undefined : process.env[passwordEnv];
}
