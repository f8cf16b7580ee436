/**
 * PagerDuty's events API, version 2. Repeats of a file go into one incident. The routing key is the secret of the endpoint.
 * @see https://developer.pagerduty.com/docs/send-alert-event
 */
import { createHash } from 'node:crypto';
import { cleanText } from '../../../../shared/path-text.js';
import type { Severity } from '../../rules/rule.js';
import { bytes, cut, cutLines } from './cut.js';
import { type Format, jsonBody } from './format.js';

const MAX_SUMMARY = 1_024;
const MAX_KEY = 255;
const MAX_DIFF = 30_000;
const SEVERITIES: Readonly<Record<Severity, string>> = {
  info: 'info',
  notice: 'warning',
  warning: 'error',
  critical: 'critical',
};

export const pagerduty: Format = ({ message, payload, secret }) => {
  const { title, facts, diff, severity, topic } = message;
  const details = Object.fromEntries(facts.map(({ name, value }) => [name, value]));
  return jsonBody({
    routing_key: secret ?? '',
    event_action: 'trigger',
    dedup_key: dedupKey(topic),
    payload: {
      summary: cut(title, { max: MAX_SUMMARY }),
      source: cleanText(payload.host?.name || 'find-text'),
      severity: SEVERITIES[severity],
      timestamp: payload.timestamp,
      component: 'find-text',
      ...(payload.rule && { group: cleanText(payload.rule) }),
      class: cleanText(payload.type ?? 'event'),
      custom_details: { ...details, ...(diff && { Diff: cutLines(diff, { max: MAX_DIFF, measure: bytes }) }) },
    },
  });
};

function dedupKey(topic: string): string {
  return bytes(topic) <= MAX_KEY ? topic : createHash('sha256').update(topic).digest('hex');
}
