/** What is used of @homebridge/dbus-native: its own types leave it out. */
declare module '@homebridge/dbus-native' {
  /** Written with a serial number, and with a body where there is a signature. */
  interface Message {
    readonly type: number;
    readonly serial: number;
    readonly flags?: number;
    readonly path?: string;
    readonly interface?: string;
    readonly member?: string;
    readonly errorName?: string;
    readonly replySerial?: number;
    readonly destination?: string;
    readonly sender?: string;
    readonly signature?: string;
    /** A variant is written as [signature, value], a dictionary as a list of pairs. */
    readonly body?: readonly unknown[];
  }

  /** Events: `message`, `error`. */
  type Connection = import('node:events').EventEmitter & {
    message(message: Message): void;
  };

  export function createConnection(options: {
    readonly stream: import('node:stream').Duplex;
    readonly authMethods: readonly string[];
  }): Connection;
}
