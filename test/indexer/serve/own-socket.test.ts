import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openSocket } from '../../../indexer/serve/own-socket.js';
import { acceptClient, isListenedTo, peerUid } from '../../../indexer/system/libc.js';
import { connectTo } from '../../helpers/connect-to.js';
import { listenAt } from '../../helpers/listen-at.js';
import { tempFolder } from '../../helpers/temp.js';

describe('openSocket', () => {
  let place: string;
  beforeEach(() => {
    place = join(tempFolder(), 'query.sock');
  });

  it('listens at its place, closed to others, and leaves nothing behind', () => {
    const socket = openSocket(place);
    expect(lstatSync(place).mode & 0o777).toBe(0o600);
    expect(isListenedTo(place)).toBe(true);
    socket.close();
    expect(existsSync(place)).toBe(false);
    expect(isListenedTo(place)).toBe(false);
  });

  it('listens at a place that is longer than an address can be', async () => {
    const folder = join(dirname(place), 'a'.repeat(120));
    mkdirSync(folder);
    const long = join(folder, 'query.sock');
    const socket = openSocket(long);
    expect(isListenedTo(long)).toBe(true);
    const client = connectTo(long);
    await new Promise((resolve) => client.once('connect', resolve));
    expect(() => openSocket(long)).toThrow(expect.objectContaining({ code: 'FT_STORE_BUSY' }));
    client.destroy();
    socket.close();
    expect(existsSync(long)).toBe(false);
  });

  it('knows who asks', async () => {
    const socket = openSocket(place);
    const client = connectTo(place);
    await new Promise((resolve) => client.once('connect', resolve));
    expect(peerUid(acceptClient(socket.fd) as number)).toBe(process.geteuid?.());
    expect(acceptClient(socket.fd)).toBeUndefined();
    client.destroy();
    socket.close();
  });

  it('replaces what a killed daemon has left', () => {
    const script = `require('node:net').createServer().listen('${basename(place)}', () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', script], { cwd: dirname(place) });
    expect(lstatSync(place).isSocket()).toBe(true);
    const socket = openSocket(place);
    expect(isListenedTo(place)).toBe(true);
    socket.close();
  });

  it('leaves the socket of another daemon alone, also at its own end', async () => {
    const other = createServer();
    await listenAt(other, place);
    expect(() => openSocket(place)).toThrow(expect.objectContaining({ code: 'FT_STORE_BUSY' }));
    expect(isListenedTo(place)).toBe(true);
    await new Promise((resolve) => other.close(resolve));
    const socket = openSocket(place);
    writeFileSync(`${place}.x`, '');
    spawnSync('mv', [`${place}.x`, place]);
    socket.close();
    expect(lstatSync(place).isFile()).toBe(true);
  });

  it('follows no symlink', () => {
    const target = `${place}.target`;
    writeFileSync(target, 'kept');
    symlinkSync(target, place);
    openSocket(place).close();
    expect(readFileSync(target, 'utf8')).toBe('kept');
  });

  it('does not take a folder away', () => {
    mkdirSync(place);
    expect(() => openSocket(place)).toThrow(/EISDIR/);
  });

  it('says that a path is too long', () => {
    expect(() => openSocket(join(tempFolder(), 'x'.repeat(120)))).toThrow(/ENAMETOOLONG/);
  });
});
