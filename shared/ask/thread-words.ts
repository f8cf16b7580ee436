/** What the query thread is given and what it says. Nothing here runs. */
export interface QueryThreadOptions {
  readonly dataDirectory: string;
  /** What `~` means for a client that does not say. */
  readonly home: string | undefined;
  /** Of the daemon since its start. */
  readonly surroundings: string | undefined;
  /** As in whileBusy. */
  readonly busySince: Int32Array;
}

/** A client's descriptor, which is the thread's from then on. `end`: no client follows. */
export type ToQueryThread = { readonly client: number } | 'end';

/** `idle`: it has had no client for a while. */
export type FromQueryThread = { readonly taken: number } | 'idle';
