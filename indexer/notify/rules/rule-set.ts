/**
 * The rules of a configuration, at work: which paths are of interest, and whether a change is told. Pure. What is not
 * known about a change never keeps it back.
 */
import { type Doer, type NetChange, READ_NETS, SECURITY_ATTRIBUTES } from '../words.js';
import { fitsEntry, fitsOne } from './match-doer.js';
import type { CompiledRule } from './parse-notify.js';
import { placeOf } from './path-selection.js';
import type { DoerPattern, NotifyRule } from './rule.js';
import { doerText, entryText } from './rule-text.js';

export interface Clause {
  readonly clause: 'paths' | 'events' | 'attributes' | 'doer';
  readonly isPassed: boolean;
  /** One line for a person; not cleaned. */
  readonly why: string;
}

export interface Verdict {
  readonly isSent: boolean;
  /** `ignore` or `only` could not be answered: too little is known of who did it. */
  readonly isDoerUnknown: boolean;
  readonly clauses: readonly Clause[];
}

export class RuleSet {
  readonly #ofReads: readonly CompiledRule[];

  constructor(private readonly compiled: readonly CompiledRule[]) {
    this.#ofReads = compiled.filter(({ rule }) => READ_NETS.some((kind) => rule.events.has(kind)));
  }

  get rules(): readonly NotifyRule[] {
    return this.compiled.map(({ rule }) => rule);
  }

  /** Is some rule about it? */
  interested(path: Uint8Array, isFolder = false): boolean {
    const place = placeOf(path);
    return this.compiled.some(({ selection }) => selection.selectsPlace(place, isFolder));
  }

  /** Be it a folder or not. */
  interestedInName(path: Uint8Array): boolean {
    const place = placeOf(path);
    return this.compiled.some(({ selection }) => selection.selectsPlace(place));
  }

  rulesFor(path: Uint8Array, isFolder = false): readonly NotifyRule[] {
    return this.#selecting(path, isFolder);
  }

  /** Be it a folder or not. */
  rulesForName(path: Uint8Array): readonly NotifyRule[] {
    return this.#selecting(path);
  }

  #selecting(path: Uint8Array, isFolder?: boolean): readonly NotifyRule[] {
    const place = placeOf(path);
    const rules: NotifyRule[] = [];
    for (const { rule, selection } of this.compiled) if (selection.selectsPlace(place, isFolder)) rules.push(rule);
    return rules;
  }

  /** Could something in this folder, however deep, be of interest? May say yes where there is nothing. */
  mayContain(folder: Uint8Array): boolean {
    return this.compiled.some(({ selection }) => selection.mayContain(folder));
  }

  /** Those that show what has changed in a text. */
  get ofDiffs(): RuleSet {
    return new RuleSet(this.compiled.filter(({ rule }) => rule.diff.isOn));
  }

  /** Those that ask who reads. */
  get ofReads(): readonly CompiledRule[] {
    return this.#ofReads;
  }

  get asksForReads(): boolean {
    return this.#ofReads.length > 0;
  }

  /** Does some rule ask who reads it? */
  wantsReads(path: Uint8Array): boolean {
    return this.#ofReads.some(({ selection }) => selection.selects(path));
  }

  /** Of something in this folder. May say yes where there is nothing. */
  mayWantReads(folder: Uint8Array): boolean {
    return this.#ofReads.some(({ selection }) => selection.mayContain(folder));
  }

  /** All that is of interest is one of these or below one. None is below another. */
  get places(): readonly Buffer[] {
    const all = this.compiled.flatMap(({ selection }) => selection.places);
    return all.filter((place, at) => !all.some((other, index) => covers(other, place, index < at)));
  }

  /** @param rule  one of `rules`. */
  decide(rule: NotifyRule, change: NetChange): Verdict {
    const doers = doersClause(rule, change);
    const clauses = [
      this.#paths(rule, change),
      eventsClause(rule, change),
      attributesClause(rule, change),
      ...doers.clauses,
    ];
    const isSent = clauses.every(({ clause, isPassed }) => clause === 'doer' || isPassed) && doers.isPassed;
    return { isSent, isDoerUnknown: doers.isUnknown, clauses };
  }

  #paths(rule: NotifyRule, { path, to, isFolder }: NetChange): Clause {
    const selection = this.compiled.find((each) => each.rule === rule)?.selection;
    const names = to ? [path, to] : [path];
    const selected = names.find((name) => selection?.selects(name, isFolder));
    const pattern = selection?.patternFor(selected ?? path, isFolder);
    const shown = pattern === undefined ? 'no pattern fits' : `"${Buffer.from(pattern, 'latin1')}" decides`;
    return { clause: 'paths', isPassed: selected !== undefined, why: shown };
  }
}

/** By its kind, or for the attributes that changed along with the content or the name. */
export function isWanted({ events }: NotifyRule, { kind, changed }: NetChange): boolean {
  if (events.has(kind)) return true;
  const isOther = kind === 'modified' || kind === 'moved';
  return isOther && events.has('attrib') && changed.some((each) => SECURITY_ATTRIBUTES.includes(each));
}

function eventsClause(rule: NotifyRule, change: NetChange): Clause {
  const [isPassed, isNamed] = [isWanted(rule, change), rule.events.has(change.kind)];
  const wanted = [...rule.events].join(', ');
  if (isPassed && !isNamed)
    return { clause: 'events', isPassed, why: `${change.kind} with attributes, and attrib is one of ${wanted}` };
  return { clause: 'events', isPassed, why: `${change.kind} is ${isPassed ? '' : 'not '}one of ${wanted}` };
}

/** What is created, deleted or moved has no attribute that changed. */
function attributesClause({ attributes, events }: NotifyRule, { kind, changed }: NetChange): Clause {
  const clause = 'attributes';
  if (!attributes) return { clause, isPassed: true, why: 'any will do' };
  const doCount = kind === 'modified' || kind === 'attrib' || !events.has(kind);
  if (!doCount) return { clause, isPassed: true, why: `they do not count for ${kind}` };
  if (changed.length === 0) return { clause, isPassed: true, why: 'what has changed is not known' };
  const isPassed = changed.some((each) => attributes.has(each));
  const wanted = [...attributes].join(', ');
  return { clause, isPassed, why: `${changed.join(', ')} changed; ${isPassed ? 'one is' : 'none is'} of ${wanted}` };
}

interface DoersAnswer {
  readonly clauses: readonly Clause[];
  readonly isPassed: boolean;
  readonly isUnknown: boolean;
}

/** A change passes when one of those who did it is wanted. */
function doersClause({ ignore, only }: NotifyRule, { doers, isWithheld }: NetChange): DoersAnswer {
  if (ignore.length === 0 && only.length === 0) return { clauses: [], isPassed: true, isUnknown: false };
  if (doers.length === 0) {
    const why = `who did it is ${isWithheld ? 'kept back from you' : 'not known'}: it is told`;
    return { clauses: [{ clause: 'doer', isPassed: true, why }], isPassed: true, isUnknown: true };
  }
  const answers = doers.map(({ doer }) => doerAnswer(doer, ignore, only));
  const wanted = answers.filter(({ clause }) => clause.isPassed);
  return {
    clauses: answers.map(({ clause }) => clause),
    isPassed: wanted.length > 0,
    isUnknown: wanted.length > 0 && wanted.every(({ isUnknown }) => isUnknown),
  };
}

function doerAnswer(doer: Doer, ignore: readonly DoerPattern[], only: readonly DoerPattern[]) {
  const answer = (isPassed: boolean, isUnknown: boolean, why: string) => {
    const clause: Clause = { clause: 'doer', isPassed, why: `${doerText(doer)}: ${why}` };
    return { clause, isUnknown };
  };
  const ignored = ignore.find((entry) => fitsEntry(entry, doer) === 'yes');
  if (ignored) return answer(false, false, `ignore ${entryText(ignored)} fits`);
  const [isIgnored, isWanted] = [fitsOne(ignore, doer), only.length === 0 ? 'yes' : fitsOne(only, doer)];
  if (isWanted === 'no') return answer(false, false, 'no entry of only fits');
  if (isWanted === 'unknown') return answer(true, true, 'too little is known for only: it is told');
  if (isIgnored === 'unknown') return answer(true, true, 'too little is known for ignore: it is told');
  return answer(true, false, only.length === 0 ? 'no entry of ignore fits' : 'only fits');
}

/** @param isFirst  of two that are the same, the later one is covered. */
function covers(other: Buffer, place: Buffer, isFirst: boolean): boolean {
  if (other.equals(place)) return isFirst;
  const folder = other.equals(Buffer.from('/')) ? other : Buffer.concat([other, Buffer.from('/')]);
  return place.subarray(0, folder.length).equals(folder);
}
