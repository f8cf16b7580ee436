/**
 * Answers desktops on the session bus, which starts this program with the first question. It ends when nobody has asked for a while, or
 * when there is no bus any more.
 */
import { BUS_NAME, GNOME_OBJECT, KRUNNER_OBJECT } from '../../shared/desktop.js';
import { Bus, type Interface, type Method } from './bus.js';
import { gnomeProvider } from './gnome.js';
import { Idle } from './idle.js';
import { krunnerRunner } from './krunner.js';
import type { Service } from './service.js';

export interface ServeOptions {
  /** The socket of the bus. */
  readonly socket: string;
  readonly service: Service;
  readonly idleMs: number;
}

/** Resolves when it is over. Rejects when the bus cannot be reached, or has let go of it. */
export function serveDesktop({ socket, service, idleMs }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const bus = new Bus(socket, (why) => {
      idle.stop();
      return why ? reject(why) : resolve();
    });
    const idle = new Idle(idleMs, () => void leave(bus, idle));
    bus.export(GNOME_OBJECT, [counted(gnomeProvider(service), idle)]);
    bus.export(KRUNNER_OBJECT, [counted(krunnerRunner(service), idle)]);
    // One that has it already answers.
    void bus.takeName(BUS_NAME).then((isOurs) => (isOurs ? idle.start() : bus.close()));
  });
}

/** What came before the name was dropped is answered first: then this is called again. */
async function leave(bus: Bus, idle: Idle): Promise<void> {
  await bus.dropName(BUS_NAME);
  if (!idle.isBusy) bus.close();
}

function counted({ name, methods }: Interface, idle: Idle): Interface {
  const count = (method: Method): Method => ({
    ...method,
    call: (...args) => idle.during(() => method.call(...args)),
  });
  return {
    name,
    methods: Object.fromEntries(Object.entries(methods).map(([member, method]) => [member, count(method)])),
  };
}
