/** The endpoints of the configuration: is their secret there, and is anybody there? Connects, and sends nothing. */
import { accessSync, constants, existsSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { FindTextError, systemCode } from '../../../../shared/errors.js';
import { SecretExposed } from '../../../../shared/secret-file.js';
import { proxyFor } from '../../../notify/deliver/http/proxy.js';
import { reasonOf } from '../../../notify/deliver/reasons.js';
import { readSecret } from '../../../notify/deliver/secret.js';
import type { Endpoint, SecretSource } from '../../../notify/rules/rule.js';
import type { Place } from '../place.js';

export interface EndpointFacts {
  readonly name: string;
  /** Why its address or a secret of it cannot be read. `exposed`: the file that others can read. */
  readonly secret:
    | { readonly message: string; readonly hint: string | undefined; readonly exposed: string | undefined }
    | undefined;
  /** Variables of the daemon's environment, which is not ours. */
  readonly variables: readonly string[];
  /** Why it cannot be reached: no address is in it. */
  readonly unreachable: { readonly why: string; readonly hint: string } | undefined;
}

const PATIENCE_MS = 3_000;
const JOURNAL = '/run/systemd/journal/socket';
const TLS_PORT = 443;
const HTTP_PORT = 80;

export function lookAtEndpoints(endpoints: readonly Endpoint[], { env }: Place): Promise<readonly EndpointFacts[]> {
  return Promise.all(endpoints.map((endpoint) => lookAtOne(endpoint, env)));
}

async function lookAtOne(endpoint: Endpoint, env: NodeJS.ProcessEnv): Promise<EndpointFacts> {
  const { name, target, secrets } = endpoint;
  const sources = [...secrets, ...(target.kind === 'webhook' ? [target.url] : [])];
  const variables = sources.flatMap((source) => ('env' in source && !env[source.env] ? source.env : []));
  const faults = sources.map((source) => faultOf(source, name, env));
  const secret = faults.find((fault) => fault !== undefined) ?? faultOfAddress(endpoint, env);
  const isKnown = secret === undefined && variables.length === 0;
  const code = isKnown ? await whyUnreachable(endpoint, env) : undefined;
  return { name, secret, variables, unreachable: code === undefined ? undefined : reasonOf(code) };
}

function faultOf(source: SecretSource, name: string, env: NodeJS.ProcessEnv): EndpointFacts['secret'] {
  if ('env' in source) return undefined;
  try {
    readSecret(source, `a secret of the endpoint "${name}"`, env);
    return undefined;
  } catch (error) {
    if (!(error instanceof FindTextError)) throw error;
    return {
      message: error.message,
      hint: error.hint,
      exposed: error instanceof SecretExposed ? error.file : undefined,
    };
  }
}

/** One in the configuration is known to be an address. */
function faultOfAddress({ name, target }: Endpoint, env: NodeJS.ProcessEnv): EndpointFacts['secret'] {
  if (target.kind !== 'webhook' || !('file' in target.url)) return undefined;
  if (URL.canParse(readSecret(target.url, 'an address', env))) return undefined;
  const message = `the address of the endpoint "${name}" in ${target.url.file} is none`;
  return { message, hint: 'its first line begins with https://', exposed: undefined };
}

/** @returns a code of the system */
async function whyUnreachable(endpoint: Endpoint, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { target, proxy } = endpoint;
  switch (target.kind) {
    case 'webhook': {
      const url = new URL(readSecret(target.url, 'an address', env));
      return whyNoConnection(proxyFor(url, proxy, env) ?? url);
    }
    case 'syslog':
      return whyNoConnection(new URL(target.url));
    case 'command':
      return whyClosed(target.argv[0] ?? '', constants.X_OK);
    case 'file':
      return target.path === '-' ? undefined : whyClosed(placeOf(target.path), constants.W_OK);
    case 'journald':
      return existsSync(JOURNAL) ? undefined : 'ENOENT';
  }
}

function placeOf(file: string): string {
  return existsSync(file) ? file : dirname(file);
}

function whyClosed(file: string, mode: number): string | undefined {
  try {
    accessSync(file, mode);
    return undefined;
  } catch (error) {
    return systemCode(error);
  }
}

function whyNoConnection({ hostname, port, protocol }: URL): Promise<string | undefined> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? TLS_PORT : HTTP_PORT) });
  return new Promise<string | undefined>((resolve) => {
    socket.setTimeout(PATIENCE_MS, () => resolve('ETIMEDOUT'));
    socket.once('connect', () => resolve(undefined));
    socket.once('error', (error) => resolve(systemCode(error) ?? 'ECONNREFUSED'));
  }).finally(() => socket.destroy());
}
