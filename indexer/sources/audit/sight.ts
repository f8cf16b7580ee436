/**
 * Are changes in one root seen, as far as its change log tells? The rule goes with the folder it watches, and comes
 * back only when somebody adds it again, which the log tells. So does anything that arrives later.
 */
import type { FileChange } from '../../audit/changes/file-change.js';
import type { Gap } from '../../audit/log/gap.js';

/** The deletion of the folder that took the rule with it is told with about the same time as the end of the rule. */
const RULE_END_MS = 1_000;

export class Sight {
  hasLog = true;
  #isReplaced = false;

  /**
   * Both as they were kept with the place in the log:
   * @param ruleEndMs  when the rule went: the gap that told of it is read only once.
   * @param folder  the folder that has the rule, as `stand` is told of it; undefined: the one that is seen first.
   */
  constructor(
    public ruleEndMs?: number,
    public folder?: string,
  ) {}

  /**
   * A rule stays with its folder when another one takes the name.
   * @param folder  what the path leads to; undefined: not known.
   */
  stand(folder: string | undefined): void {
    if (folder === undefined) return;
    this.folder ??= folder;
    this.#isReplaced = folder !== this.folder;
  }

  see(item: FileChange | Gap): void {
    if (item.kind === 'gap') this.#seeGap(item);
    else if (this.ruleEndMs !== undefined && item.timestampMs > this.ruleEndMs + RULE_END_MS)
      this.ruleEndMs = undefined;
  }

  /** In the order of the log: a rule that is loaded anew goes and comes in the same millisecond. */
  #seeGap({ reason, sinceMs }: Gap): void {
    if (reason === 'rule-removed' || reason === 'root-replaced') this.ruleEndMs = sinceMs;
    if (reason === 'rule-added') this.ruleEndMs = undefined;
    // Rules are loaded when auditd starts.
    if (reason !== 'rule-added' && reason !== 'daemon-start') return;
    this.folder = undefined;
    this.#isReplaced = false;
  }

  /** Why changes are not seen now; undefined when they are. */
  get trouble(): string | undefined {
    if (!this.hasLog) return 'its change log is gone';
    if (this.ruleEndMs !== undefined)
      return 'its audit rule is gone (the folder was removed or replaced, or auditing switched off)';
    if (this.#isReplaced)
      return 'its audit rule stays with the folder that stood there before (`sudo find-textd audit install` sets it anew)';
    return undefined;
  }
}
