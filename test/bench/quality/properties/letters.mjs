/** Messages, with the ways in which headers are encoded and dates are written. Used by properties.mjs. */
import { Buffer } from 'node:buffer';

const utc = Date.parse;
const HEADERS = [
  ['=?ISO-2022-JP?B?GyRCRWw1fhsoQg==?=', '東京'],
  ['=?KOI8-R?B?8NLJ18XU?=', 'Привет'],
  ['=?GB18030?B?sbG+qQ==?=', '北京'],
  ['=?utf-8?q?Gr=C3=BC=C3=9Fe_an_alle?=', 'Grüße an alle'],
  ['=?utf-8?B?w7xi?=\r\n =?utf-8?B?ZXI=?=', 'über'],
  ['=?utf-8?B?w7xiZQ==?= =?utf-8?Q?r?= alles', 'über alles'],
  ['=?iso-8859-1*de?Q?Stra=DFe?=', 'Straße'],
  ['=?windows-1251?Q?=CF=E8=F1=FC=EC=EE?=', 'Письмо'],
  ['=?big5?B?pKSk5Q==?=', '中文'],
  ['=?euc-kr?B?vK2/7w==?=', '서울'],
  ['Grüße roh', 'Grüße roh'],
  ['plain, with = and ?=', 'plain, with = and ?='],
  ['=?utf-8?B?5p2x?= =?utf-8?B?5Lqs?=', '東京'],
];
const DATES = [
  ['Fri, 17 May 2024 12:00:00 +0530', utc('2024-05-17T06:30:00Z')],
  ['Fri, 17 May 2024 12:00:00 EST', utc('2024-05-17T17:00:00Z')],
  ['Fri, 17 May 2024 12:00:00 GMT', utc('2024-05-17T12:00:00Z')],
  ['17 May 2024 12:00 +0000', utc('2024-05-17T12:00:00Z')],
  ['Sun, 17 May 98 12:00:00 -0400', utc('1998-05-17T16:00:00Z')],
  ['17 May 03 12:00:00 +0000', utc('2003-05-17T12:00:00Z')],
  ['Fri, 17 May 2024 12:00:00 +0200 (CEST)', utc('2024-05-17T10:00:00Z')],
  ['fri, 17 may 2024 12:00:00 -0000', utc('2024-05-17T12:00:00Z')],
  ['Fri, 17 May 2024 12:00:00 PDT', utc('2024-05-17T19:00:00Z')],
  ['Fri,  7 May 2021  1:02:03 UT', utc('2021-05-07T01:02:03Z')],
  ['Sat, 1 Jan 1972 00:00:00 +0000', utc('1972-01-01T00:00:00Z')],
  ['17 May 2024\r\n 12:00:00 +0200', utc('2024-05-17T10:00:00Z')],
  ['whenever', undefined],
];
const PEOPLE = [
  ['"Bee, Ann" <ann@example.org>', 'Bee, Ann', 'ann@example.org'],
  ['ann@example.org', '', 'ann@example.org'],
  ['ann@example.org (Ann Bee)', 'Ann Bee', 'ann@example.org'],
  ['=?koi8-r?B?4c7O?= <ann@example.org>', 'Анн', 'ann@example.org'],
];

export function letters() {
  return Array.from({ length: 39 }, (_, at) => {
    const [subject, text] = HEADERS[at % HEADERS.length];
    const [date, sent] = DATES[(at * 2) % DATES.length];
    const [from, name, address] = PEOPLE[at % PEOPLE.length];
    const head = [
      `From: ${from}`,
      `To: =?utf-8?q?B=C3=B6b?= <bob@example.org>, c@example.org`,
      `Subject: ${subject}`,
      `Date: ${date}`,
    ];
    const says = {
      subject: text,
      title: text,
      from: name ? `${name} <${address}>` : address,
      to: ['Böb <bob@example.org>', 'c@example.org'],
      sent,
    };
    return { name: `${at}.eml`, bytes: Buffer.from(`${head.join('\r\n')}\r\n\r\nx\r\n`), says };
  });
}
