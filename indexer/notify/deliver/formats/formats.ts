/** Which body a receiver gets. A new format is a file beside this one, and an entry here. Pure. */
import { discord } from './discord.js';
import type { Format, HttpBody } from './format.js';
import { json } from './json.js';
import { mattermost } from './mattermost.js';
import { toMessage } from './message.js';
import { ntfy } from './ntfy.js';
import { pagerduty } from './pagerduty.js';
import type { PayloadView } from './payload-view.js';
import { slack } from './slack.js';
import { teams } from './teams.js';

const FORMATS = { json, slack, discord, mattermost, teams, ntfy, pagerduty } satisfies Record<string, Format>;

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly FormatName[];
export type FormatName = keyof typeof FORMATS;

/** How a receiver is known by its address; first match wins. */
const RECEIVERS: readonly (readonly [format: FormatName, isIts: (url: URL) => boolean])[] = [
  [
    'slack',
    ({ hostname, pathname }) => /^hooks\.slack(-gov)?\.com$/.test(hostname) && pathname.startsWith('/services/'),
  ],
  ['slack', (url) => isDiscord(url) && url.pathname.endsWith('/slack')],
  ['discord', isDiscord],
  ['teams', ({ hostname }) => /\.(logic\.azure|powerplatform|webhook\.office)\.com$/.test(hostname)],
  ['ntfy', ({ hostname }) => hostname === 'ntfy.sh'],
  ['pagerduty', ({ hostname }) => /^events(\.eu)?\.pagerduty\.com$/.test(hostname)],
  ['mattermost', ({ pathname }) => /\/hooks\/[a-z0-9]{26}$/.test(pathname)],
];

export function formatFor(url: URL): FormatName {
  return RECEIVERS.find(([, isIts]) => isIts(url))?.[0] ?? 'json';
}

/** @param input.json  the payload as it was stored. */
export function render(
  name: FormatName,
  { json: text, url, secret }: { readonly json: string; readonly url: URL; readonly secret?: string | undefined },
): HttpBody {
  const payload = JSON.parse(text) as PayloadView;
  return FORMATS[name]({ payload, message: toMessage(payload), json: text, url, secret });
}

function isDiscord({ hostname, pathname }: URL): boolean {
  return /^(\w+\.)?discord(app)?\.com$/.test(hostname) && /^\/api(\/v\d+)?\/webhooks\//.test(pathname);
}
