import { describe, expect, it } from 'vitest';
import { busSocket } from '../../../search-cli/desktop/bus-address.js';

describe('busSocket', () => {
  it.each([
    ['unix:path=/run/user/1000/bus', '/run/user/1000/bus'],
    ['unix:path=/run/user/1000/bus,guid=0a1b2c', '/run/user/1000/bus'],
    ['unix:abstract=/tmp/dbus-x,guid=0a', '\0/tmp/dbus-x'],
    ['unix:path=/a%20b%2cc%c3%bc', '/a b,cü'],
    ['tcp:host=localhost,port=1;unix:path=/b', '/b'],
    ['tcp:host=localhost,port=1', undefined],
    ['autolaunch:', undefined],
    ['unix:', undefined],
  ])('%s', (address, socket) => {
    expect(busSocket({ DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: '/run/user/1' })).toBe(socket);
  });

  it('is that of the runtime folder where the environment names none', () => {
    expect(busSocket({ XDG_RUNTIME_DIR: '/run/user/1000' })).toBe('/run/user/1000/bus');
    expect(busSocket({ XDG_RUNTIME_DIR: 'run' })).toBe(undefined);
    expect(busSocket({})).toBe(undefined);
  });
});
