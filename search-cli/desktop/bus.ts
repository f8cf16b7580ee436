/**
 * The session bus: a name on it, and methods that others call. The one place that knows the library, which writes and reads messages;
 * who is called is decided here. A message that is too long ends the connection: the bus starts the program anew for the next caller.
 */
import { Socket } from 'node:net';
import { createConnection, type Message } from '@homebridge/dbus-native';
import { withSocketPath } from '../../shared/socket-path.js';
import { introspectable, PEER } from './standard-interfaces.js';

/** Signatures are those of D-Bus, one for each argument: `as` is a list of texts. */
export interface Method {
  readonly takes: readonly string[];
  readonly gives: readonly string[];
  /** Called with what `takes` says and nothing else; what it returns, or promises, is what `gives` says. At most one is given. */
  readonly call: (...args: never[]) => unknown;
}

export interface Interface {
  readonly name: string;
  readonly methods: Readonly<Record<string, Method>>;
}

/** The longest that is asked for here are a few paths and a query. */
const MAX_MESSAGE_BYTES = 1 << 20;
const CALL = 1;
const RETURN = 2;
const ERROR = 3;
const NO_REPLY_EXPECTED = 1;
const DO_NOT_QUEUE = 4;
const PRIMARY_OWNER = 1;
const BUS = 'org.freedesktop.DBus';
const ERRORS = `${BUS}.Error`;

type Unsent = Omit<Message, 'serial'>;

export class Bus {
  readonly #socket = new BoundedSocket();
  readonly #connection;
  readonly #objects = new Map<string, readonly Interface[]>();
  readonly #waiting = new Map<number, (reply: Message) => void>();
  #serial = 0;

  /**
   * @param socket  of the bus.
   * @param onOver  there is no connection any more, and why, if that is known. Called once.
   */
  constructor(socket: string, onOver: (why: Error | undefined) => void) {
    let why: Error | undefined;
    withSocketPath(socket, (short) => this.#socket.connect(short));
    this.#connection = createConnection({ stream: this.#socket, authMethods: ['EXTERNAL'] });
    this.#connection.on('message', (message: Message) => this.#heard(message));
    this.#connection.on('error', (error: Error) => {
      why ??= error;
      this.#socket.destroy();
    });
    this.#socket.once('close', () => onOver(why));
    void this.call({ member: 'Hello' });
  }

  /** @param interfaces  of the object with this path. */
  export(path: string, interfaces: readonly Interface[]): void {
    this.#objects.set(path, [...interfaces, PEER, introspectable(interfaces)]);
  }

  /** Of the bus itself, where no other destination is named. @returns its answer, which may be an error. */
  call(message: Partial<Unsent>): Promise<Message> {
    const serial = this.#send({
      type: CALL,
      destination: BUS,
      path: '/org/freedesktop/DBus',
      interface: BUS,
      ...message,
    });
    return new Promise((resolve) => this.#waiting.set(serial, resolve));
  }

  /** @returns false: somebody else has it. */
  async takeName(name: string): Promise<boolean> {
    const { body } = await this.call({ member: 'RequestName', signature: 'su', body: [name, DO_NOT_QUEUE] });
    return body?.[0] === PRIMARY_OWNER;
  }

  /** Afterwards nobody calls by that name any more: the bus keeps the order, and starts another program. */
  async dropName(name: string): Promise<void> {
    await this.call({ member: 'ReleaseName', signature: 's', body: [name] });
  }

  /** When all answers are written. */
  close(): void {
    this.#socket.end(() => this.#socket.destroy());
  }

  #heard(message: Message): void {
    if (message.type === CALL) return void this.#answer(message);
    const { replySerial } = message;
    if (replySerial === undefined) return;
    this.#waiting.get(replySerial)?.(message);
    this.#waiting.delete(replySerial);
  }

  async #answer(call: Message): Promise<void> {
    const reply = await this.#replyTo(call).catch((error: Error) => refusal('Failed', error.message));
    if ((call.flags ?? 0) & NO_REPLY_EXPECTED) return;
    this.#send({ ...reply, replySerial: call.serial, ...(call.sender !== undefined && { destination: call.sender }) });
  }

  async #replyTo({ path = '', interface: wanted, member = '', signature = '', body = [] }: Message): Promise<Unsent> {
    const interfaces = this.#objects.get(path);
    if (!interfaces) return refusal('UnknownObject', 'there is no such object');
    const method = interfaces
      .filter(({ name }) => wanted === undefined || name === wanted)
      .map(({ methods }) => (Object.hasOwn(methods, member) ? methods[member] : undefined))
      .find((each) => each !== undefined);
    if (!method) return refusal('UnknownMethod', 'there is no such method');
    const takes = method.takes.join('');
    if (signature !== takes) return refusal('InvalidArgs', `the arguments are '${signature}', not '${takes}'`);
    const result = await (method.call as (...args: readonly unknown[]) => unknown)(...body);
    const [gives] = method.gives;
    return { type: RETURN, ...(gives !== undefined && { signature: gives, body: [result] }) };
  }

  /** @returns its serial number. */
  #send(message: Unsent): number {
    const serial = ++this.#serial;
    if (this.#socket.writable) this.#connection.message({ ...message, serial });
    return serial;
  }
}

/** The library asks for a message with its length, before it has come. */
class BoundedSocket extends Socket {
  override read(size?: number): Buffer | null {
    if (size === undefined || size <= MAX_MESSAGE_BYTES) return super.read(size) as Buffer | null;
    this.destroy(new Error(`a message of ${size} bytes is longer than is read`));
    return null;
  }
}

function refusal(kind: string, text: string): Unsent {
  return { type: ERROR, errorName: `${ERRORS}.${kind}`, signature: 's', body: [text] };
}
