/**
 * Passes to the page. One has two halves: a cookie that no script can read, and a key that is sent with each question. A
 * browser gives the cookie to every port of this machine, the key to none but the one that has made it: there the pass is
 * valid, as another user's server may have that port later. Nothing is stored: a pass was made with the secret of this
 * daemon, and not too long ago.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Pass {
  /** Value of `Set-Cookie`. */
  readonly cookie: string;
  readonly key: string;
}

export const SECRET_BYTES = 32;
const ID_BYTES = 16;
const VALID_S = 7 * 86_400;
const SHAPE = /^([\w-]{22})\.(\d{1,12})\.([\w-]{43})$/;

export class Passes {
  /** Of each daemon its own: a browser may know several. */
  readonly #name: string;

  constructor(
    private readonly secret: Uint8Array,
    private readonly nowMs: () => number,
  ) {
    this.#name = `find-text-${createHash('sha256').update(secret).digest('hex').slice(0, 8)}`;
  }

  /** @param port  where it is valid */
  issue(port: number): Pass {
    const id = randomBytes(ID_BYTES).toString('base64url');
    const untilS = Math.floor(this.nowMs() / 1000) + VALID_S;
    const value = `${id}.${untilS}.${this.#sealOf(`cookie.${port}`, id, untilS)}`;
    const cookie = `${this.#name}=${value}; Path=/api/; Max-Age=${VALID_S}; HttpOnly; SameSite=Strict`;
    return { cookie, key: this.#sealOf(`key.${port}`, id, untilS) };
  }

  /** @param port  where it is shown */
  isValid(cookies: string | undefined, key: unknown, port: number): boolean {
    const [, id, until, seal] = SHAPE.exec(this.#valueIn(cookies ?? '')) ?? [];
    if (id === undefined || seal === undefined || typeof key !== 'string') return false;
    const untilS = Number(until);
    const isMade = isSame(seal, this.#sealOf(`cookie.${port}`, id, untilS));
    return isMade && isSame(key, this.#sealOf(`key.${port}`, id, untilS)) && this.nowMs() < untilS * 1000;
  }

  #valueIn(cookies: string): string {
    const begin = `${this.#name}=`;
    const found = cookies.split(';').find((each) => each.trimStart().startsWith(begin));
    return found?.trim().slice(begin.length) ?? '';
  }

  #sealOf(half: `cookie.${number}` | `key.${number}`, id: string, untilS: number): string {
    return createHmac('sha256', this.secret).update(`${half}.${id}.${untilS}`).digest('base64url');
  }
}

/** Of bytes, not of characters: a header may have any byte above 0x7f, and such a text is longer as UTF-8. */
function isSame(one: string, other: string): boolean {
  const [bytes, others] = [Buffer.from(one), Buffer.from(other)];
  return bytes.length === others.length && timingSafeEqual(bytes, others);
}
