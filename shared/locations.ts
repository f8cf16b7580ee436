/** Where find-text keeps its things, by the XDG base directory rules. An XDG variable that is not absolute is ignored. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export interface Locations {
  /** The index: one SQLite file per generation, `current` names the one to read, the lock. Mode 0700. */
  readonly dataDirectory: string;
  readonly stateDirectory: string;
  readonly runtimeDirectory: string;
  readonly configFile: string;
}

export function locate(env: NodeJS.ProcessEnv = process.env): Locations {
  const home = env.HOME || homedir();
  const xdg = (variable: string, fallback: string) => {
    const value = env[variable];
    return join(value && isAbsolute(value) ? value : fallback, 'find-text');
  };
  const stateDirectory = xdg('XDG_STATE_HOME', join(home, '.local/state'));
  return {
    dataDirectory: xdg('XDG_DATA_HOME', join(home, '.local/share')),
    stateDirectory,
    runtimeDirectory: env.XDG_RUNTIME_DIR ? xdg('XDG_RUNTIME_DIR', '/nonexistent') : join(stateDirectory, 'run'),
    configFile: join(xdg('XDG_CONFIG_HOME', join(home, '.config')), 'config.toml'),
  };
}
