/** Takes an address and secrets out of text that comes from the receiver: it is shown and kept. Pure. */

const HIDDEN = '***';
/** Parts of an address that are shorter are words, such as `services`. */
const MIN_PART = 8;

export function hider(url: URL, secrets: readonly string[]): (text: string) => string {
  const parts = `${url.pathname}/${url.search}`.split(/[/?&=]/).filter((part) => part.length >= MIN_PART);
  const whole = [url.href, `${url.pathname}${url.search}`, url.password, decoded(url.password), ...secrets];
  const bare = secrets.map((secret) => secret.replace(/^wh(sec|sk)_/, ''));
  const all = [...whole, ...bare, ...parts, ...parts.map(decoded)].filter((secret) => secret.length > 1);
  const longestFirst = [...new Set(all)].sort((one, other) => other.length - one.length);
  return (text) => longestFirst.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
