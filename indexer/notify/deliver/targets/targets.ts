/** An endpoint of the configuration → what sends to it, and how fast. A new kind is a file beside this one. */

import type { Endpoint } from '../../rules/rule.js';
import type { DeliveryClock } from '../lane.js';
import { COMMAND_RATE, LOG_RATE, RATES } from '../rates.js';
import type { Target } from '../target.js';
import type { Rate } from '../token-bucket.js';
import { CommandTarget } from './command.js';
import { FileTarget } from './file.js';
import { JournaldTarget } from './journald.js';
import { StdoutTarget } from './stdout.js';
import { SyslogTarget } from './syslog.js';
import { formatOf, WebhookTarget } from './webhook.js';

export interface TargetTools {
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Pick<DeliveryClock, 'wallMs'>;
}

interface Made {
  readonly target: Target;
  readonly rate: () => Rate;
}

export function makeTarget(endpoint: Endpoint, tools: TargetTools): Made {
  const { target } = endpoint;
  switch (target.kind) {
    case 'webhook':
      return {
        target: new WebhookTarget(endpoint, target.url, tools),
        rate: () => RATES[formatOf(endpoint, target.url, tools)],
      };
    case 'command':
      return { target: new CommandTarget(target.argv, tools.env), rate: () => COMMAND_RATE };
    case 'file':
      return { target: target.path === '-' ? new StdoutTarget() : new FileTarget(target.path), rate: () => LOG_RATE };
    case 'journald':
      return { target: new JournaldTarget(), rate: () => LOG_RATE };
    case 'syslog':
      return { target: new SyslogTarget({ url: target.url, ca: endpoint.ca }), rate: () => LOG_RATE };
  }
}
