/**
 * Are changes in one root seen, as far as its change log tells? The rule goes with the folder it watches, and comes back only
 * when somebody adds it again, which the log tells; so does anything that arrives later.
 */
import type { FileChange } from '../file-change.js';
import type { Gap } from '../log/gap.js';

/** The deletion of the folder that took the rule with it is told with about the same time as the end of the rule. */
const RULE_END_MS = 1_000;

export class Sight {
  hasLog = true;

  /** @param ruleEndMs  when the rule went, as it was kept with the place in the log: the gap that told of it is read only once. */
  constructor(public ruleEndMs?: number) {}

  see(item: FileChange | Gap): void {
    if (item.kind === 'gap') this.#seeGap(item);
    else if (this.ruleEndMs !== undefined && item.timestampMs > this.ruleEndMs + RULE_END_MS)
      this.ruleEndMs = undefined;
  }

  /** In the order of the log: a rule that is loaded anew goes and comes in the same millisecond. */
  #seeGap({ reason, sinceMs }: Gap): void {
    if (reason === 'rule-removed') this.ruleEndMs = sinceMs;
    if (reason === 'rule-added') this.ruleEndMs = undefined;
  }

  /** Why changes are not seen now; undefined when they are. */
  get trouble(): string | undefined {
    if (!this.hasLog) return 'its change log is gone';
    if (this.ruleEndMs !== undefined)
      return 'its audit rule is gone (the folder was removed, or auditing switched off)';
    return undefined;
  }
}
