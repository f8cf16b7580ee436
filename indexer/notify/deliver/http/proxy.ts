/** Which proxy an address is reached by, as curl and others read the environment. Pure. */

type Environment = Readonly<Record<string, string | undefined>>;

/** @returns undefined: directly. */
export function proxyFor(url: URL, configured: string | undefined, env: Environment): URL | undefined {
  if (configured !== undefined) return new URL(withScheme(configured));
  if (isExcepted(url, env.no_proxy ?? env.NO_PROXY ?? '')) return undefined;
  const set = url.protocol === 'https:' ? (env.https_proxy ?? env.HTTPS_PROXY) : env.http_proxy;
  const proxy = set || env.all_proxy || env.ALL_PROXY;
  return proxy && URL.canParse(withScheme(proxy)) ? supported(new URL(withScheme(proxy))) : undefined;
}

/** SOCKS is not spoken. */
function supported(proxy: URL): URL | undefined {
  return /^https?:$/.test(proxy.protocol) ? proxy : undefined;
}

function withScheme(text: string): string {
  return text.includes('://') ? text : `http://${text}`;
}

/** `*`, `example.org` with all below it, `.example.org`, `10.0.0.1`, each also with `:port`. */
function isExcepted({ hostname, port, protocol }: URL, list: string): boolean {
  const ours = port || (protocol === 'https:' ? '443' : '80');
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, host = '', itsPort] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
      const name = host.replace(/^\*?\./, '');
      return (
        name !== '' &&
        (itsPort === undefined || itsPort === ours) &&
        (hostname === name || hostname.endsWith(`.${name}`))
      );
    });
}
