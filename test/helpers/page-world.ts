/** The page over a small index, as its thread serves it, and a client that is no browser: it may say whatever it likes. */
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { toldStatus } from '../../indexer/commands/show-status.js';
import { deadLetterHandlers } from '../../indexer/page/answers/dead-letters.js';
import { historyHandlers } from '../../indexer/page/answers/history.js';
import { searchHandlers } from '../../indexer/page/answers/search.js';
import { statusWords } from '../../indexer/page/answers/status.js';
import type { Handlers } from '../../indexer/page/handlers.js';
import { readPageFiles } from '../../indexer/page/page-files.js';
import { type PageLimits, PageServer } from '../../indexer/page/page-server.js';
import { Passes } from '../../indexer/page/passes.js';
import { KeptIndex } from '../../shared/answer/kept-index.js';
import type { Answering } from '../../shared/ask/answer-line.js';
import { locate } from '../../shared/locations.js';
import type { SampleIndex } from './sample-index.js';

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const FILES = fileURLToPath(new URL('../../dist/page', import.meta.url));

export class PageWorld {
  /** It opens the page once. */
  link = 'a link';
  readonly passes: Passes;
  readonly server: PageServer;
  readonly #index: KeptIndex | undefined;
  port = 0;

  constructor(given: { sample?: SampleIndex; handlers?: Handlers; limits?: Partial<PageLimits> } = {}) {
    const { sample, limits } = given;
    this.passes = new Passes(Buffer.alloc(32, 7), Date.now);
    this.#index = sample && new KeptIndex(sample.dataDirectory);
    const answering = this.#index && { index: this.#index, canLook: () => true, home: sample?.home, now: Date.now };
    this.server = new PageServer({
      files: readPageFiles(FILES),
      handlers: { ...(sample && answering && handlersOf(sample, answering)), ...given.handlers },
      passes: this.passes,
      redeem: (secret) => {
        const isRight = secret === this.link;
        if (isRight) this.link = '';
        return isRight;
      },
      ...(limits && { limits }),
    });
  }

  async start(): Promise<this> {
    this.port = await this.server.listen(0);
    return this;
  }

  close(): void {
    this.server.close();
    this.#index?.close();
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** What a script of the page sends. */
  get ownHeaders(): Record<string, string> {
    return {
      Host: this.host,
      Origin: `http://${this.host}`,
      'Sec-Fetch-Site': 'same-origin',
      'Content-Type': 'application/json',
    };
  }

  get passHeaders(): Record<string, string> {
    const { cookie, key } = this.passes.issue(this.port);
    return { Cookie: cookie.split(';')[0] ?? '', 'X-Find-Text-Key': key };
  }

  /** As the page asks, with a pass. */
  async ask(name: string, question: object, headers: Record<string, string> = {}): Promise<unknown> {
    const all = { ...this.ownHeaders, ...this.passHeaders, ...headers };
    const { text } = await this.send(`/api/${name}`, { method: 'POST', headers: all, body: JSON.stringify(question) });
    return JSON.parse(text);
  }

  send(path: string, { method = 'GET', headers = {}, body = '' }: Sent = {}): Promise<Told> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.port, path, method, headers, agent: false };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, text: Buffer.concat(chunks).toString() });
        });
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }
}

/** What the thread has. */
function handlersOf({ home, dataDirectory }: SampleIndex, answering: Answering): Handlers {
  const locations = { ...locate({ HOME: home }), dataDirectory };
  return {
    ...searchHandlers(answering),
    ...historyHandlers({ ...answering, dataDirectory }),
    ...deadLetterHandlers(dataDirectory),
    status: () => statusWords(toldStatus(locations)),
  };
}
