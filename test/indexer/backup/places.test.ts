import { describe, expect, it } from 'vitest';
import { InvalidPlace, parseBackupPlace } from '../../../indexer/backup/places.js';

describe('parseBackupPlace', () => {
  it.each([
    [
      { tool: 'folders', path: '/b/%Y-%m-%d', below: '/home/' },
      { kind: 'folders', below: '/home', time: 'auto' },
    ],
    [{ tool: 'snapper', below: '/' }, { views: [{ template: '/.snapshots/*/snapshot', below: '/' }] }],
    [
      { tool: 'zfs', below: '/tank' },
      { views: [{ template: '/tank/.zfs/snapshot/*', below: '/tank' }], time: 'zfs' },
    ],
    [
      { tool: 'rsnapshot', path: '/b' },
      { views: [{ template: '/b/*.*/localhost', below: '/' }], time: 'mtime' },
    ],
    [
      { tool: 'restic', repository: 'sftp:u@h:/r', passwordFile: '/p' },
      { repository: 'sftp:u@h:/r', below: '/' },
    ],
    [{ tool: 'restic', repository: 'rest:https://u@h/', passwordEnv: 'P' }, { passwordEnv: 'P' }],
    [{ tool: 'restic', repositoryFile: '/r' }, { repositoryFile: '/r' }],
    [{ tool: 'borg', repository: 'ssh://u@h/./r', archives: 'web-*' }, { archives: 'web-*' }],
    [{ tool: 'git' }, { below: '/' }],
    [
      { tool: 'git', path: '/srv/site' },
      { below: '/srv/site', worktree: '/srv/site' },
    ],
    [{ tool: 'command', argv: ['/bin/x', '{path}'] }, { argv: ['/bin/x', '{path}'] }],
  ])('takes %j', (fields, expected) => {
    expect(parseBackupPlace(fields)).toMatchObject(expected);
  });

  it.each([
    ['backup', 'restic'],
    ['backup', []],
    ['tool', {}],
    ['tool', { tool: 'rustic' }],
    ['tool', { tool: 'constructor' }],
    ['password', { tool: 'restic', repository: '/r', password: 'secret' }],
    ['archives', { tool: 'restic', repository: '/r', archives: 'x' }],
    ['repository', { tool: 'restic' }],
    ['repository', { tool: 'restic', repository: 'rest:https://ann:hunter2@host/' }],
    ['passwordEnv', { tool: 'borg', repository: '/r', passwordEnv: 'a b' }],
    ['passwordFile', { tool: 'borg', repository: '/r', passwordFile: 'relative' }],
    ['path', { tool: 'folders', path: '/b' }],
    ['path', { tool: 'folders', path: 'b/*' }],
    ['path', { tool: 'folders', path: 3 }],
    ['below', { tool: 'git', below: 'x' }],
    ['time', { tool: 'folders', path: '/b/*', time: 'birth' }],
    ['link', { tool: 'git', link: 'file:///x' }],
    ['argv', { tool: 'command', argv: 'sh -c x' }],
    ['argv', { tool: 'command', argv: ['x'] }],
    ['argv', { tool: 'command', argv: [] }],
  ])('names the key `%s` of what it refuses, and no secret', (key, fields) => {
    const error = failureOf(() => parseBackupPlace(fields));
    expect(error).toBeInstanceOf(InvalidPlace);
    expect((error as InvalidPlace).key).toBe(key);
    expect((error as InvalidPlace).message).not.toMatch(/hunter2|secret/);
  });
});

function failureOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
