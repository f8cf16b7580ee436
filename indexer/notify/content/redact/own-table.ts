/**
 * The kinds of secrets that are found without any library. Each pattern begins at a border or an anchor and has bounded
 * repeats or reads on without going back. So its cost is linear whatever the text (own-table.test.ts).
 */
import { base64Spans, pemSpans } from './blocks.js';
import { cardSpans, ibanSpans } from './checked-numbers.js';
import { namedValueSpans } from './named-values.js';
import type { Span } from './spans.js';

/** The secret is group 1, else all of it. */
const PATTERNS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['authorization', /authorization["']?[ \t]{0,8}[:=][ \t]{0,8}["']?((?:[a-z][\w-]{0,20}[ \t]{1,8})?[^\s"',;]+)/dgi],
  ['authorization', /(?<![A-Za-z])(?:bearer|basic)[ \t]{1,8}(?=[\w.~+/-]*[\d=])([\w.~+/-]{16,}={0,2})/dgi],
  ['jwt', /(?<![\w-])eyJ[\w-]{5,}\.eyJ[\w-]{5,}(?:\.[\w-]*)?/dg],
  [
    'url-password',
    /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\/[^\s/?#:@"'<>]{0,256}:([^\s/?#@"'<>]{1,1024})@/dg,
  ],
  [
    'url-password',
    /(?<![A-Za-z])(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|ldaps?|smtps?|s?ftps?|smb):\/\/[^\s:@"'<>]{0,256}:([^\s@"'<>]{1,256})@/dg,
  ],
  ['hash', /\$(?:y|gy|7|6|5|1|2[abxy]?|sha1|md5|apr1|argon2(?:id?|d))\$[./A-Za-z0-9=,+$-]{8,}/dg],
  ['stripe-key', /(?<![A-Za-z0-9])(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}/dg],
  ['google-key', /(?<![\w-])(?:AIza[\w-]{35}|GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,})/dg],
  ['aws-key', /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/dg],
  ['github-token', /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/dg],
  ['gitlab-token', /(?<![\w-])gl(?:pat|dt|rt|ptt|soat)-[\w-]{16,}/dg],
  ['slack-token', /(?<![\w-])(?:xox[a-z]|xapp|xoxe\.xox[bp])-[\w-]{10,}/dg],
  ['npm-token', /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{30,}/dg],
  ['api-key', /(?<![\w-])(?:sk-[\w-]{20,}|whs(?:ec|k)_[A-Za-z0-9+/]{16,}={0,2}|SG\.[\w-]{16,}\.[\w-]{16,})/dg],
  [
    'webhook-url',
    /https:\/\/(?:hooks\.slack\.com\/(?:services|workflows|triggers)|(?:[a-z]{1,10}\.)?discord(?:app)?\.com\/api\/webhooks)\/([\w/-]+)/dg,
  ],
  ['email', /(?<![\w.+%-])[\w.+%-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/dg],
  ['ssn', /(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/dg],
  ['password', /(?<!\S)(?:-u|--user|--proxy-user)[ =]{0,2}[^\s:@/]{1,64}:([^\s]+)/dg],
  ['password', /identified[ \t]{1,8}by[ \t]{1,8}(?:password[ \t]{1,8})?["']([^"'\n]+)/dgi],
  ['password', /(?<!\w)sshpass[ \t]{1,4}-p[ \t]{0,4}(\S+)/dg],
  ['password', /(?<!\w)(?:mysql|mariadb)[\w-]{0,12}[ \t](?:[^\n]{0,200}?[ \t])?-p([^\s-]\S*)/dg],
];

const FINDERS = [pemSpans, base64Spans, namedValueSpans, cardSpans, ibanSpans] as const;

/** Unsorted; they may overlap. */
export function ownSpans(text: string): Span[] {
  return [
    ...FINDERS.flatMap((find) => find(text)),
    ...PATTERNS.flatMap(([kind, pattern]) => matches(text, kind, pattern)),
  ];
}

function matches(text: string, kind: string, pattern: RegExp): Span[] {
  return [...text.matchAll(pattern)].flatMap(({ indices }) => {
    const place = indices?.[1] ?? indices?.[0];
    return place ? [{ start: place[0], end: place[1], kind }] : [];
  });
}
