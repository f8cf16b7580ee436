/** Whatever a file is called and whatever is in it: no receiver obeys it, and each gets what it takes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FORMAT_NAMES,
  type FormatName,
  formatFor,
  render,
} from '../../../../../indexer/notify/deliver/formats/formats.js';
import type { PayloadView } from '../../../../../indexer/notify/deliver/formats/payload-view.js';

const URLS: Readonly<Record<FormatName, string>> = {
  json: 'https://receiver.example/hook',
  slack: 'https://hooks.slack.com/services/T0/B0/abcdefghijkl',
  discord: 'https://discord.com/api/webhooks/1/abcdefghijkl',
  mattermost: 'https://chat.example/hooks/abcdefghijklmnopqrstuvwxyz',
  teams: 'https://prod-1.westeurope.logic.azure.com/workflows/abc',
  ntfy: 'https://ntfy.sh/my-topic',
  pagerduty: 'https://events.pagerduty.com/v2/enqueue',
};

const BAD = [
  '@everyone',
  '@here',
  '@all',
  '@channel',
  '@anna',
  '<!channel>',
  '<!here|x>',
  '<@U0123>',
  '<#C01>',
  '<at>anna</at>',
  '<https://evil.example|ok>',
  '[click](https://evil.example)',
  '![x](https://evil.example/a.png)',
  '```',
  '``',
  '`',
  '~~~',
  '**',
  '__',
  '||',
  '&lt;',
  '&',
  '<',
  '>',
  '"',
  '\\',
  '{{DATE(2017-02-14T06:00:00Z, SHORT)}}',
  '\n',
  '\r',
  '\u2028',
  '\u202e',
  '\u2066',
  '\u0007',
  '\u001b[31m',
  '\u0000',
  '\t',
  ' ',
  '😀',
  '﷽',
  'ü',
  '# x',
  '- x',
  '> x',
  '| x |',
  ':smile:',
  'https://evil.example',
  '-->',
  '%',
  '\u200b',
  '\ud800',
];
const hostile = fc.oneof(
  fc.tuple(...Array.from({ length: 6 }, () => fc.constantFrom(...BAD))).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc
    .tuple(fc.constantFrom(...BAD), fc.integer({ min: 1, max: 9_000 }))
    .map(([part, count]) => part.repeat(count).slice(0, 30_000)),
);
const payloads = fc.tuple(hostile, hostile, hostile, fc.constantFrom('info', 'notice', 'warning', 'critical')).map(
  ([name, text, other, severity]): PayloadView => ({
    type: 'file.modified',
    id: 'evt_1',
    timestamp: '2026-11-28T21:55:49.340Z',
    event_type: 'modified',
    src_path: `/srv/${name}`,
    dest_path: '',
    rule: 'pii',
    severity,
    tags: [other],
    host: { name: 'vm' },
    sequence: 41,
    actor: {
      login: { id: 1000, name: other },
      user: { id: 0, name: 'root' },
      process: { name: text.slice(0, 16), executable: `/usr/bin/${name}`, parents: [other, text], unit: other },
    },
    changes: [text],
    diff: { text: `--- a\n+++ b\n@@ -1 +1 @@\n-${text}\n+${other}\n` },
    backup: { restore: `cp -a -- '/snap/${name}' '/srv/${name}'` },
  }),
);
const digests = fc.tuple(hostile, hostile).map(
  ([name, reason]): PayloadView => ({
    type: 'digest',
    severity: 'notice',
    rule: name,
    count: 5_000,
    first_sequence: 1,
    last_sequence: 5_000,
    reason,
    counts: {
      kinds: { modified: 5_000 },
      folders: { [`/srv/${name}`]: 4_999, __proto__: 1 } as Record<string, number>,
    },
  }),
);
const ownEvents = fc
  .tuple(hostile, hostile)
  .map(([text, reason]): PayloadView => ({ type: 'own.endpoint_off', severity: 'warning', text, reason }));
const all = fc.oneof(payloads, digests, ownEvents);

function bodyOf(format: FormatName, payload: PayloadView): { text: string; value: unknown } {
  const json = JSON.stringify(payload);
  const { body, contentType } = render(format, { json, url: new URL(URLS[format]), secret: 'R0UT1NGKEY' });
  expect(contentType).toBe('application/json');
  return { text: body, value: JSON.parse(body) };
}

/** All texts in it, whatever they are of. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** What a Markdown reader sees outside of code: fences first, then code in a line. Fails when a fence is left open. */
function outsideOfCode(markdown: string): string {
  const lines: string[] = [];
  let isInFence = false;
  for (const line of markdown.split('\n')) {
    if (/^ {0,3}```/.test(line)) isInFence = !isInFence;
    else if (!isInFence) lines.push(line);
  }
  expect(isInFence, markdown).toBe(false);
  return lines.join('\n').replace(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, '');
}

describe('auto', () => {
  it.each(Object.entries(URLS))('takes %s for its address', (format, url) => {
    expect(formatFor(new URL(url))).toBe(format);
  });

  it.each([
    ['https://discord.com/api/webhooks/1/abc/slack', 'slack'],
    ['https://discordapp.com/api/v10/webhooks/1/abc', 'discord'],
    ['https://hooks.slack.com/triggers/T0/1/abc', 'json'],
    ['https://hooks.slack.com.evil.example/services/T0/B0/x', 'json'],
    ['https://evil.example/hooks.slack.com/services/', 'json'],
    ['https://mail.example/hooks/abc', 'json'],
    ['https://chat.example/sub/hooks/abcdefghijklmnopqrstuvwxy1', 'mattermost'],
    ['https://contoso.webhook.office.com/webhookb2/x', 'teams'],
    ['https://events.eu.pagerduty.com/v2/enqueue', 'pagerduty'],
  ] as const)('takes %s for %s', (url, format) => {
    expect(formatFor(new URL(url))).toBe(format);
  });
});

describe('every format', () => {
  it.each(FORMAT_NAMES.filter((name) => name !== 'json'))(
    '%s shows no control character, no bidirectional override',
    (format) => {
      fc.assert(
        fc.property(all, (payload) => {
          for (const text of textsOf(bodyOf(format, payload).value))
            expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
        }),
      );
    },
  );

  it('json is what was stored, to the byte', () => {
    fc.assert(
      fc.property(all, (payload) => {
        const json = JSON.stringify(payload);
        expect(render('json', { json, url: new URL(URLS.json) }).body).toBe(json);
      }),
    );
  });
});

describe('slack', () => {
  it('has no mention and no link, and no text ends its fence', () => {
    fc.assert(
      fc.property(all, (payload) => {
        const { text, blocks, parse, link_names } = bodyOf('slack', payload).value as {
          text: string;
          parse: string;
          link_names: boolean;
          blocks: { text: { type: string; text: string } }[];
        };
        expect([parse, link_names]).toEqual(['none', false]);
        expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        for (const { text: part } of blocks) {
          if (part.type === 'plain_text') continue;
          expect(part.text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
          expect(part.text).toMatch(/^```\n[\s\S]*\n```$/);
          expect(part.text.slice(3, -3)).not.toContain('``');
        }
      }),
    );
  });

  it('keeps to the limits', () => {
    fc.assert(
      fc.property(all, (payload) => {
        const { blocks } = bodyOf('slack', payload).value as { blocks: { text: { text: string } }[] };
        expect(blocks.length).toBeLessThanOrEqual(50);
        for (const { text } of blocks) expect([text.text.length >= 1, text.text.length <= 3_000]).toEqual([true, true]);
        expect(blocks.reduce((sum, { text }) => sum + text.text.length, 0)).toBeLessThanOrEqual(13_200);
      }),
    );
  });
});

describe('discord', () => {
  interface Embed {
    readonly description: string;
    readonly fields: readonly { readonly name: string; readonly value: string }[];
  }

  it('mentions nobody, and all that comes from files is code', () => {
    fc.assert(
      fc.property(all, (payload) => {
        const { embeds, allowed_mentions } = bodyOf('discord', payload).value as {
          embeds: Embed[];
          allowed_mentions: unknown;
        };
        expect(allowed_mentions).toEqual({ parse: [] });
        for (const { description, fields } of embeds)
          for (const text of [description, ...fields.map(({ value }) => value)]) {
            expect(outsideOfCode(text).trim()).toBe('');
            expect(text).not.toMatch(/@(everyone|here)/);
          }
      }),
    );
  });

  it('keeps to the limits', () => {
    fc.assert(
      fc.property(all, (payload) => {
        const [embed] = (bodyOf('discord', payload).value as { embeds: Embed[] }).embeds as [Embed];
        expect(embed.description.length).toBeLessThanOrEqual(4_096);
        expect(embed.fields.length).toBeLessThanOrEqual(25);
        for (const { name, value } of embed.fields) {
          expect([name.length >= 1, name.length <= 256]).toEqual([true, true]);
          expect([value.length >= 1, value.length <= 1_024]).toEqual([true, true]);
        }
        const texts = textsOf(embed).reduce((sum, text) => sum + text.length, 0);
        expect(texts).toBeLessThanOrEqual(6_000);
      }),
    );
  });
});

describe('mattermost', () => {
  it('mentions nobody, has no Markdown of a file, and keeps to the limit', () => {
    fc.assert(
      fc.property(all, (payload) => {
        const { text } = bodyOf('mattermost', payload).value as { text: string };
        expect(text).not.toMatch(/@[\p{L}\p{N}_]/u);
        expect(outsideOfCode(text)).toMatch(/^(\s|- [\p{L}\p{N} ]+: )*$/u);
        expect(text.length).toBeLessThanOrEqual(16_383);
      }),
    );
  });
});

describe('teams', () => {
  it('is a card of rich text, which knows no Markdown, with no mention in it', () => {
    fc.assert(
      fc.property(all, (payload) => {
        const { type, attachments } = bodyOf('teams', payload).value as {
          type: string;
          attachments: { contentType: string; content: { type: string; body: { type: string }[]; msteams: object } }[];
        };
        const [card] = attachments as [(typeof attachments)[number]];
        expect([type, card.contentType, card.content.type]).toEqual([
          'message',
          'application/vnd.microsoft.card.adaptive',
          'AdaptiveCard',
        ]);
        expect(new Set(card.content.body.map((block) => block.type))).toEqual(new Set(['RichTextBlock']));
        expect(card.content.msteams).toEqual({ width: 'Full' });
        for (const text of textsOf(card.content.body)) expect(text).not.toMatch(/\{\{|<at>|\n/);
      }),
    );
  });

  it('is smaller than 21 kB', () => {
    fc.assert(
      fc.property(all, (payload) => {
        expect(Buffer.byteLength(bodyOf('teams', payload).text)).toBeLessThan(21_000);
      }),
    );
  });
});

describe('ntfy', () => {
  it('goes to the root of the server, with the topic in it', () => {
    const json = '{}';
    const { body, url } = render('ntfy', { json, url: new URL('https://ntfy.example/mine/my%20topic?auth=x') });
    expect(url?.href).toBe('https://ntfy.example/mine/?auth=x');
    expect(JSON.parse(body)).toMatchObject({ topic: 'my topic' });
  });

  it('keeps to the limit, and asks for no Markdown', () => {
    fc.assert(
      fc.property(all, (payload) => {
        const value = bodyOf('ntfy', payload).value as { title: string; message: string };
        expect(Buffer.byteLength(value.message)).toBeLessThanOrEqual(4_096);
        expect(value.title).not.toContain('\n');
        expect(value).not.toHaveProperty('markdown');
      }),
    );
  });
});

describe('pagerduty', () => {
  it('has the routing key, and keeps to the limits', () => {
    fc.assert(
      fc.property(all, (payload) => {
        const { text, value } = bodyOf('pagerduty', payload);
        const event = value as {
          routing_key: string;
          event_action: string;
          dedup_key: string;
          payload: { summary: string; severity: string };
        };
        expect([event.routing_key, event.event_action]).toEqual(['R0UT1NGKEY', 'trigger']);
        expect(Buffer.byteLength(event.dedup_key)).toBeLessThanOrEqual(255);
        expect(event.payload.summary.length).toBeLessThanOrEqual(1_024);
        expect(event.payload.severity).toMatch(/^(critical|error|warning|info)$/);
        expect(Buffer.byteLength(text)).toBeLessThan(512_000);
      }),
    );
  });

  it('joins repeats of a file into one incident, and keeps files apart', () => {
    const keyOf = (payload: PayloadView) => (bodyOf('pagerduty', payload).value as { dedup_key: string }).dedup_key;
    const one = { rule: 'pii', src_path: '/srv/a', sequence: 1 };
    expect(keyOf({ ...one, sequence: 2 })).toBe(keyOf(one));
    expect(keyOf({ ...one, src_path: '/srv/b' })).not.toBe(keyOf(one));
    expect(keyOf({ ...one, src_path: `/srv/${'x'.repeat(500)}1` })).not.toBe(
      keyOf({ ...one, src_path: `/srv/${'x'.repeat(500)}2` }),
    );
  });
});
