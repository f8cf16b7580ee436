/** What a lane sends, to what, and how it ended. Nothing here runs. */

export interface Outgoing {
  /** The same on every attempt. */
  readonly webhookId: string;
  /** The payload as it was stored. */
  readonly json: string;
}

export type Answer = Accepted | Failed;

export interface Accepted {
  readonly kind: 'accepted';
  /** `HTTP 200` */
  readonly code?: string;
  /** The beginning of what came back, clean. */
  readonly text?: string;
}

/** Why, and what the user can do, hold no secret and no control character. */
export interface Failed {
  readonly kind: 'failed';
  /**
   * `later`: nobody took it. `throttled`: it was too much at once. `rejected`: this message is not wanted. `gone`: none
   * is wanted any more.
   */
  readonly how: 'later' | 'throttled' | 'rejected' | 'gone';
  /** `HTTP 503`, `ECONNREFUSED` */
  readonly code: string;
  readonly why: string;
  readonly hint: string;
  readonly retryAfterMs?: number;
  readonly text?: string;
}

export interface Target {
  /** For messages: the host, the program, the file. Holds no secret. */
  readonly place: string;
  /** Another one when it is another receiver. Tells nothing of the address. @throws FindTextError FT_CONFIG_INVALID */
  identity(): string;
  /** Never rejects. Ends early when `signal` is aborted. */
  send(message: Outgoing, signal: AbortSignal): Promise<Answer>;
}
