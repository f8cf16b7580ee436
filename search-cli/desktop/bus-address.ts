/** The address of a bus, as the environment has it → where to connect. Pure. See "Server Addresses" in the D-Bus specification. */

/**
 * `unix:path=/run/user/1000/bus,guid=0a1b` → `/run/user/1000/bus`; of several the first that is a socket.
 * @returns what `net.connect` takes: an abstract socket begins with NUL. undefined: none is known.
 */
export function busSocket(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { DBUS_SESSION_BUS_ADDRESS: given, XDG_RUNTIME_DIR: folder } = env;
  if (!given) return folder?.startsWith('/') ? `${folder}/bus` : undefined;
  return given
    .split(';')
    .map(socketOf)
    .find((socket) => socket !== undefined);
}

function socketOf(address: string): string | undefined {
  if (!address.startsWith('unix:')) return undefined;
  const pairs = address.slice('unix:'.length).split(',');
  const values = new Map(pairs.map((pair) => [pair.replace(/=.*/s, ''), unescaped(pair.replace(/^[^=]*=?/, ''))]));
  const name = values.get('abstract');
  return values.get('path') ?? (name === undefined ? undefined : `\0${name}`);
}

function unescaped(value: string): string {
  return value.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
}
