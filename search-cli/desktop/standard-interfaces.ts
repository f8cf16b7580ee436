/** What every object on a bus answers: whether it is there, and which methods it has, for tools such as `busctl introspect`. Pure. */
import type { Interface, Method } from './bus.js';

export const PEER: Interface = {
  name: 'org.freedesktop.DBus.Peer',
  methods: { Ping: { takes: [], gives: [], call: () => undefined } },
};

const DOCTYPE =
  '<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN" ' +
  '"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">';

/** @param others  the interfaces of the object beside those of this file. */
export function introspectable(others: readonly Interface[]): Interface {
  const methods: Record<string, Method> = {};
  const own = { name: 'org.freedesktop.DBus.Introspectable', methods };
  const xml = () => `${DOCTYPE}\n<node>\n${[...others, PEER, own].map(interfaceXml).join('')}</node>\n`;
  methods.Introspect = { takes: [], gives: ['s'], call: xml };
  return own;
}

function interfaceXml({ name, methods }: Interface): string {
  return `  <interface name="${name}">\n${Object.entries(methods).map(methodXml).join('')}  </interface>\n`;
}

function methodXml([name, { takes, gives }]: readonly [string, Method]): string {
  const args = [...takes.map((type) => argXml(type, 'in')), ...gives.map((type) => argXml(type, 'out'))];
  return `    <method name="${name}">\n${args.join('')}    </method>\n`;
}

function argXml(type: string, direction: 'in' | 'out'): string {
  return `      <arg type="${type}" direction="${direction}"/>\n`;
}
