/**
 * Tokens of vendors that secretlint's recommended rules know: its code is loaded with the first text (25 ms) and takes
 * 8 ms a megabyte. Its patterns are not ours: whoever calls this sets a limit of time from outside (redact-thread.ts).
 */
import type { Span } from './spans.js';

type Lint = typeof import('@secretlint/core').lintSource;
type Preset = typeof import('@secretlint/secretlint-rule-preset-recommend').creator;

let loaded: Promise<readonly [Lint, Preset]> | undefined;

async function load(): Promise<readonly [Lint, Preset]> {
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  return [lintSource, creator];
}

/** @throws what a rule throws */
export async function vendorSpans(text: string): Promise<Span[]> {
  loaded ??= load();
  const [lint, creator] = await loaded;
  const rules = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }];
  const source = { content: text, filePath: 'text.txt', ext: '.txt', contentType: 'text' as const };
  const { messages } = await lint({ source, options: { config: { rules }, noPhysicFilePath: true } });
  return messages.map(({ range: [start, end], ruleId }) => ({ start, end, kind: kindOf(ruleId) }));
}

function kindOf(ruleId: string): string {
  const name = ruleId.replace(/^.*secretlint-rule-/, '').replace(/[^a-z0-9-]/g, '');
  return name.slice(0, 40) || 'token';
}
