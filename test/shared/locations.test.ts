import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { locate, runtimeFolder } from '../../shared/locations.js';

describe('locate', () => {
  it('takes what XDG variables say', () => {
    const env = { HOME: '/h', XDG_DATA_HOME: '/d', XDG_STATE_HOME: '/s', XDG_RUNTIME_DIR: '/r', XDG_CONFIG_HOME: '/c' };
    expect(locate(env)).toEqual({
      dataDirectory: '/d/find-text',
      stateDirectory: '/s/find-text',
      runtimeDirectory: '/r/find-text',
      configFile: '/c/find-text/config.toml',
    });
    expect(runtimeFolder(locate(env)).variable).toBe('XDG_RUNTIME_DIR');
  });

  it.each(['', 'relative', './here'])('ignores one that says %j', (value) => {
    const env = {
      HOME: '/h',
      XDG_DATA_HOME: value,
      XDG_STATE_HOME: value,
      XDG_RUNTIME_DIR: value,
      XDG_CONFIG_HOME: value,
    };
    expect(locate(env)).toEqual({
      dataDirectory: '/h/.local/share/find-text',
      stateDirectory: '/h/.local/state/find-text',
      runtimeDirectory: '/h/.local/state/find-text/run',
      configFile: '/h/.config/find-text/config.toml',
    });
    expect(runtimeFolder(locate(env)).variable).toBe('XDG_STATE_HOME');
  });

  it.each([undefined, '', 'relative'])('takes the home of the account when HOME is %j', (HOME) => {
    expect(locate({ HOME }).dataDirectory).toBe(`${userInfo().homedir.replace(/\/$/, '')}/.local/share/find-text`);
  });
});
