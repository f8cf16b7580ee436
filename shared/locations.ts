/**
 * Where find-text keeps its things, by the XDG base directory rules. An XDG variable that is not absolute is ignored.
 */
import { dirname, isAbsolute, join } from 'node:path';
import type { OwnFolder } from './own-folder.js';

export interface Locations {
  /** The index: one SQLite file per generation, `current` names the one to read, the lock. Mode 0700. */
  readonly dataDirectory: string;
  readonly stateDirectory: string;
  /** What the daemon reports of itself while it runs. */
  readonly runtimeDirectory: string;
  readonly configFile: string;
}

export function locate(env: Readonly<NodeJS.ProcessEnv> = process.env): Locations {
  const home = absolute(env.HOME) ?? homeOfAccount();
  const xdg = (variable: string, fallback: string) => join(absolute(env[variable]) ?? fallback, 'find-text');
  const stateDirectory = xdg('XDG_STATE_HOME', join(home, '.local/state'));
  return {
    dataDirectory: xdg('XDG_DATA_HOME', join(home, '.local/share')),
    stateDirectory,
    runtimeDirectory: absolute(env.XDG_RUNTIME_DIR) ? xdg('XDG_RUNTIME_DIR', '') : join(stateDirectory, 'run'),
    configFile: join(xdg('XDG_CONFIG_HOME', join(home, '.config')), 'config.toml'),
  };
}

export function indexFolder(dataDirectory: string): OwnFolder {
  return { path: dataDirectory, name: 'index folder', variable: 'XDG_DATA_HOME or HOME' };
}

export function runtimeFolder({ runtimeDirectory, stateDirectory }: Locations): OwnFolder {
  const variable = runtimeDirectory.startsWith(`${stateDirectory}/`) ? 'XDG_STATE_HOME' : 'XDG_RUNTIME_DIR';
  return { path: runtimeDirectory, name: 'runtime folder', variable };
}

export function configFolder(configFile: string): OwnFolder {
  return { path: dirname(configFile), name: 'configuration folder', variable: 'XDG_CONFIG_HOME or HOME' };
}

function absolute(path: string | undefined): string | undefined {
  return path && isAbsolute(path) ? path : undefined;
}

/** A user without an account has none. */
function homeOfAccount(): string {
  try {
    return process.getBuiltinModule('node:os').userInfo().homedir;
  } catch {
    return '/nonexistent';
  }
}
