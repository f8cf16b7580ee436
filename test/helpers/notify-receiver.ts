/** A receiver of webhooks on this machine, and the rules that lead to it. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { writeConfig } from './config-file.js';
import { faultsOf } from './notify-schema.js';
import type { TestEnv } from './test-env.js';

export { writeConfig };

export interface ReceivedFile {
  readonly mode: string;
  readonly size: number;
  readonly sha256: string | null;
}

/** As far as tests read it. */
export interface ReceivedActor {
  readonly login: { readonly id: number } | 'unset' | null;
  readonly process: { readonly name: string | null; readonly parents?: readonly string[] };
}

/** As far as tests read it. */
export interface Received {
  readonly id: string;
  readonly type: string;
  readonly event_type: string;
  readonly src_path: string;
  readonly dest_path: string;
  readonly via?: string;
  readonly origin?: string;
  readonly is_synthetic: boolean;
  readonly rule?: string;
  readonly severity?: string;
  readonly sequence: number;
  readonly chain: { readonly sequence: number; readonly hash: string };
  readonly file?: { readonly before: ReceivedFile | null; readonly after: ReceivedFile | null };
  readonly changed?: readonly string[];
  readonly changes?: readonly string[];
  readonly count?: number;
  readonly reason?: string;
  readonly text?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly actor: ReceivedActor | null;
  readonly actors?: readonly { readonly actor: ReceivedActor; readonly count: number }[];
  readonly diff?: { readonly text?: string; readonly omitted?: string };
  readonly backup?: Readonly<Record<string, unknown>>;
}

export class Receiver {
  /** In the order of their arrival, repeats too; every one is valid. */
  readonly all: Received[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  /** What it answers. */
  status = 204;
  /** How many it did not take. */
  refused = 0;
  readonly #server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      response.writeHead(this.status).end();
      if (this.status >= 300) return void this.refused++;
      const payload = JSON.parse(body) as Received;
      expect(faultsOf(payload)).toEqual([]);
      this.headers.push(request.headers);
      this.all.push(payload);
    });
  });

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      receiver.#server.close();
      receiver.#server.closeAllConnections();
    });
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** Each once, of files only. */
  get changes(): readonly Received[] {
    const byId = new Map(this.all.map((payload) => [payload.id, payload]));
    return [...byId.values()].filter(({ type }) => type.startsWith('file.'));
  }

  /** `modified a via b` */
  linesIn(folder: string): readonly string[] {
    const short = (path: string) => path.replace(`${folder}/`, '');
    return this.changes.map(({ event_type: kind, src_path: path, dest_path: to, via }) =>
      [kind, short(path), ...(to ? ['>', short(to)] : []), ...(via ? ['via', short(via)] : [])].join(' '),
    );
  }
}

/** @param rule  lines of TOML beside its name, `paths` and `webhook`. */
export function writeRules(env: TestEnv, receiver: Receiver, ...rule: string[]): void {
  writeConfig(env, ruleLines(receiver, ...rule));
}

export function ruleLines(receiver: Receiver, ...rule: string[]): string {
  const paths = rule.some((line) => line.startsWith('paths')) ? [] : ['paths = ["."]'];
  const settle = rule.some((line) => line.startsWith('settleMs')) ? [] : ['settleMs = 100'];
  const lines = ['[[notify]]', 'name = "all"', `webhook = "${receiver.url}"`, ...paths, ...settle, ...rule, ''];
  return lines.join('\n');
}
