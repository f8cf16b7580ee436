/**
 * Decided changes → history, digests and outbox. It finds what else there is to say about each, for each rule that it
 * concerns, and what is known of the names from now on. In portions, each in one transaction.
 */
import type { PackageOwner } from '../../packages/installed-packages.js';
import { Garbage } from '../../system/garbage.js';
import type { Known } from '../known.js';
import type { NameState, PickedEvent } from '../net-change.js';
import type { Found, NotifierParts } from '../notifier-parts.js';
import type { Told } from '../recorder.js';
import type { NotifyRule } from '../rules/rule.js';
import { isWanted, type RuleSet } from '../rules/rule-set.js';
import type { NetChange } from '../words.js';
import { inPortions, type Portion } from './portions.js';

/** Packages whose work a change is. */
export type Owners = ReadonlyMap<NetChange, PackageOwner>;

export interface Decided extends Portion {
  /** They are done with it. */
  readonly events: readonly PickedEvent[];
  readonly keeps?: readonly (() => void)[];
  readonly owners?: Owners;
}

type ToldAndFound = Told & Found;

const GARBAGE_BYTES = 8 << 20;

export class Recording {
  readonly #garbage = new Garbage(GARBAGE_BYTES);

  /** @param finish  called in the transaction that remembers what these events did. */
  constructor(
    private readonly parts: NotifierParts,
    private readonly known: Known,
    private readonly finish: (events: readonly PickedEvent[]) => void,
  ) {}

  async record({ events, keeps = [], owners, ...whole }: Decided): Promise<void> {
    const portions = inPortions(whole);
    for (const portion of portions) {
      const told = await this.#findings(portion.changes, owners);
      const isLast = portion === portions.at(-1);
      const write = () => {
        this.#keep(portion.names, told);
        for (const keep of isLast ? keeps : []) keep();
        if (isLast) this.finish(events);
      };
      this.parts.db.transaction(write).immediate();
      this.#garbage.keepSmall();
      this.parts.listener?.told();
    }
  }

  async ownersOf(changes: readonly NetChange[]): Promise<Owners> {
    const { packages, looker } = this.parts;
    const owners = new Map<NetChange, PackageOwner>();
    for (const change of changes) {
      if (!packages?.mayOwn(change) || this.#concerned(change).length === 0) continue;
      const owner = await packages.ownerOf(change);
      if (owner) owners.set(change, owner);
      await looker.breathe();
    }
    return owners;
  }

  #concerned(change: NetChange): readonly NotifyRule[] {
    return rulesOf(this.parts.rules, change).filter((rule) => isWanted(rule, change));
  }

  async #findings(changes: readonly NetChange[], known?: Owners): Promise<readonly ToldAndFound[]> {
    const owners = known ?? (await this.ownersOf(changes));
    const told: ToldAndFound[] = [];
    const room = new Map<NotifyRule, number>();
    for (const change of changes) {
      const owner = owners.get(change);
      for (const rule of this.#concerned(change)) told.push(await this.#findingsOf(change, rule, { owner, room }));
      await this.parts.looker.breathe();
    }
    return told;
  }

  /** @param room  how many changes of each rule are told in full from this one on; asked once for each portion. */
  async #findingsOf(
    change: NetChange,
    rule: NotifyRule,
    { owner, room }: { readonly owner: PackageOwner | undefined; readonly room: Map<NotifyRule, number> },
  ): Promise<ToldAndFound> {
    const { rules, recorder, clock, findings } = this.parts;
    const verdict = rules.decide(rule, change);
    const left = room.get(rule) ?? recorder.toTell(rule, clock.wallMs());
    const isTold = verdict.isSent && !owner && left > 0;
    const found = await findings.find(change, rule, isTold);
    room.set(rule, isTold && !found.isNothing ? left - 1 : left);
    return { change, rule, verdict, ...found, findings: { ...found.findings, ...(owner && { package: owner }) } };
  }

  #keep(names: readonly NameState[], told: readonly ToldAndFound[]): void {
    const { recorder, clock } = this.parts;
    for (const { path, after } of names) this.known.set(path, after);
    for (const each of told) {
      if (!each.isNothing) recorder.change(each, clock.wallMs());
      each.keep?.();
    }
  }
}

/** Of both names of a move. */
function rulesOf(rules: RuleSet, { path, to, isFolder }: NetChange): readonly NotifyRule[] {
  return [...new Set([path, ...(to ? [to] : [])].flatMap((name) => rules.rulesFor(name, isFolder)))];
}
