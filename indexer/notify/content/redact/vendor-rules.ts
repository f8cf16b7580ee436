/**
 * Tokens of vendors that secretlint's recommended rules know. Its code is loaded with the first text. The rules are run
 * here and not by secretlint's own engine. That one keeps a measurement of each run for ever, moves places by one
 * behind a byte order mark, and obeys comments in the text that switch rules off. Its patterns are not ours: whoever
 * calls this sets a limit of time from outside (redact-thread.ts).
 */
import type { Span } from './spans.js';

/** As much of a rule as is used. */
interface Rule {
  readonly meta: { readonly id: string };
  readonly create: (context: RuleContext, options: object) => { readonly file?: (source: Source) => unknown };
}

interface RuleContext {
  readonly sharedOptions: object;
  readonly createTranslator: () => (messageId: string) => { readonly message: string; readonly messageId: string };
  readonly report: (found: { readonly range: readonly [number, number] }) => void;
  readonly ignore: () => void;
}

interface Source {
  readonly content: string;
  readonly contentType: 'text';
  readonly ext: string;
  readonly filePath: string;
  readonly getFilePath: () => string;
  readonly getPhysicalFilePath: () => undefined;
}

const NAME = 'text.txt';
const REST = /[^\s"'`<>,;\u0002‹]{1,512}/y;

/** @throws what a rule throws */
export async function vendorSpans(text: string): Promise<Span[]> {
  const { rules } = await import('@secretlint/secretlint-rule-preset-recommend');
  const spans: Span[] = [];
  for (const rule of rules as unknown as readonly Rule[]) await run(rule, text, spans);
  return spans;
}

async function run({ meta, create }: Rule, content: string, spans: Span[]): Promise<void> {
  const kind = kindOf(meta.id);
  const handle = create(
    {
      sharedOptions: {},
      createTranslator: () => (messageId) => ({ message: messageId, messageId }),
      report: ({ range: [start, end] }) => spans.push({ start, end: endOfToken(content, end), kind }),
      ignore: () => {},
    },
    {},
  );
  await handle.file?.({
    content,
    contentType: 'text',
    ext: '.txt',
    filePath: NAME,
    getFilePath: () => NAME,
    getPhysicalFilePath: () => undefined,
  });
}

/** Some rules give the length of a secret with the place of its name. */
function endOfToken(text: string, end: number): number {
  REST.lastIndex = end;
  return REST.test(text) ? REST.lastIndex : end;
}

function kindOf(ruleId: string): string {
  const name = ruleId.replace(/^.*secretlint-rule-/, '').replace(/[^a-z0-9-]/g, '');
  return name.slice(0, 40) || 'token';
}
