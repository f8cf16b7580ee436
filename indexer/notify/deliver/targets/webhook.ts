/**
 * A webhook: Standard Webhooks headers and signature, the headers of a CloudEvent, the body that the receiver wants.
 * Address and secrets are read for each attempt: one that was replaced counts at once.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FindTextError, reasonText } from '../../../../shared/errors.js';
import { cleanText } from '../../../../shared/path-text.js';
import type { Endpoint, SecretSource } from '../../rules/rule.js';
import { type FormatName, formatFor, render } from '../formats/formats.js';
import { toAnswer, toFailure } from '../http/answer.js';
import { cloudEventHeaders } from '../http/cloud-event.js';
import { hider } from '../http/hide.js';
import { post } from '../http/post.js';
import { proxyFor } from '../http/proxy.js';
import { readSecret } from '../secret.js';
import { type Signer, signatureHeaders, trySigner } from '../sign.js';
import type { Answer, Failed, Outgoing, Target } from '../target.js';
import type { TargetTools } from './targets.js';

const AGENT = `find-textd/${process.env.FIND_TEXT_VERSION ?? 'unbuilt'}`;

export class WebhookTarget implements Target {
  constructor(
    private readonly endpoint: Endpoint,
    private readonly source: SecretSource,
    private readonly tools: TargetTools,
  ) {}

  get place(): string {
    return tryUrl(this.endpoint, this.source, this.tools)?.host ?? 'address not known';
  }

  identity(): string {
    return createHash('sha256').update(this.#url().href).digest('hex').slice(0, 8);
  }

  async send(message: Outgoing, signal: AbortSignal): Promise<Answer> {
    try {
      const url = this.#url();
      const secrets = this.#secrets();
      const hide = hider(url, secrets);
      return await this.#post({ message, url, secrets, hide }, signal);
    } catch (error) {
      return error instanceof FindTextError ? misconfigured(error) : toFailure(error);
    }
  }

  async #post(what: Letter, signal: AbortSignal): Promise<Answer> {
    const { url, secrets, message, hide } = what;
    const { tools, endpoint } = this;
    const format = endpoint.format === 'auto' ? formatFor(url) : endpoint.format;
    const isKey = format === 'pagerduty';
    const { body, contentType, url: elsewhere = url } = render(format, { json: message.json, url, secret: secrets[0] });
    const timestampS = Math.floor(tools.clock.wallMs() / 1_000);
    const headers = {
      'content-type': contentType,
      'user-agent': AGENT,
      accept: '*/*',
      ...signatureHeaders({ id: message.webhookId, timestampS, body }, isKey ? [] : this.#signers(secrets)),
      ...(format === 'json' && cloudEventHeaders(message)),
    };
    const proxy = proxyFor(elsewhere, endpoint.proxy, tools.env);
    const answer = await post({ url: elsewhere, headers, body, proxy, ca: await this.#authority() }, signal);
    return toAnswer(answer, hide, tools.clock.wallMs());
  }

  #url(): URL {
    const what = `the address of the endpoint "${this.endpoint.name}"`;
    const text = readSecret(this.source, what, this.tools.env);
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
    throw invalid(`use ${what}: it is no http:// or https:// address`, 'it stands in the first line, alone');
  }

  #secrets(): string[] {
    return this.endpoint.secrets.map((source) => readSecret(source, this.#whose(), this.tools.env));
  }

  #signers(secrets: readonly string[]): Signer[] {
    return secrets.map((secret) => {
      const signer = trySigner(secret);
      if (signer) return signer;
      const hint = '`whsec_` and 24 to 64 random bytes in base64: `echo "whsec_$(head -c 32 /dev/urandom | base64)"`';
      throw invalid(`use ${this.#whose()}: it is no secret to sign with`, hint);
    });
  }

  #whose(): string {
    return `the secret of the endpoint "${this.endpoint.name}"`;
  }

  async #authority(): Promise<string | undefined> {
    const { ca, name } = this.endpoint;
    if (ca === undefined) return undefined;
    try {
      return await readFile(ca, 'utf8');
    } catch (error) {
      const doing = `read the authority of the endpoint "${name}" from ${cleanText(ca)}`;
      throw invalid(`${doing}: ${reasonText(error)}`, 'it is a PEM file that the daemon may read');
    }
  }
}

interface Letter {
  readonly message: Outgoing;
  readonly url: URL;
  readonly secrets: readonly string[];
  readonly hide: (text: string) => string;
}

/** What it would be now: for the rate, which is not worth an error. */
export function formatOf(endpoint: Endpoint, source: SecretSource, tools: TargetTools): FormatName {
  if (endpoint.format !== 'auto') return endpoint.format;
  const url = tryUrl(endpoint, source, tools);
  return url ? formatFor(url) : 'json';
}

function tryUrl({ name }: Endpoint, source: SecretSource, { env }: TargetTools): URL | undefined {
  try {
    return new URL(readSecret(source, name, env));
  } catch {
    return undefined;
  }
}

function misconfigured({ message, hint = '' }: FindTextError): Failed {
  return { kind: 'failed', how: 'later', code: 'configuration', why: message, hint };
}

function invalid(message: string, hint: string): FindTextError {
  return new FindTextError('FT_CONFIG_INVALID', message, { hint });
}
