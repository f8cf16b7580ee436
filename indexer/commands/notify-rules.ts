/**
 * The rules of integrity monitoring of a daemon: those of the configuration file, also when that is changed while it
 * runs. A session works by those that hold when it begins, and ends when others do.
 */
import { differenceText, type LoadedRules } from '../notify/rules/load-notify.js';
import { RulesFile, type RulesListener } from '../notify/rules/rules-file.js';
import { PLACES } from '../rules/rules.js';
import type { NotifyWishes } from '../session-parts.js';
import type { Context } from './context.js';

const SETTINGS_DIGITS = 16;

export class DaemonRules {
  /** The session that runs. */
  listener: RulesListener | undefined;
  #trouble: string | undefined;
  #used: LoadedRules | undefined;

  private constructor(
    private readonly locations: Context['locations'],
    private readonly file: RulesFile,
  ) {}

  /** @throws FindTextError FT_CONFIG_INVALID: there are no rules that could hold instead */
  static async open({ locations }: Context, roots: () => readonly Buffer[]): Promise<DaemonRules> {
    const file = await RulesFile.open({
      file: locations.configFile,
      surroundings: () => ({ roots: roots(), places: PLACES }),
      listener: { changed: (text) => rules.listener?.changed(text), troubled: (text) => rules.#tell(text) },
    });
    const rules = new DaemonRules(locations, file);
    return rules;
  }

  /** For a new session. @returns undefined when there are none */
  async wishes(): Promise<NotifyWishes | undefined> {
    const used = await this.file.renew();
    this.#used = used;
    if (used.compiled.length === 0) return undefined;
    const { text, set: rules } = used;
    const config = { text, file: this.locations.configFile, settings: settingsOf(used) };
    return { config, dataDirectory: this.locations.dataDirectory, rules, lastWords: () => this.#changeSince(used) };
  }

  /** By which a session began. */
  get areUsed(): boolean {
    return this.#used === this.file.current;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  reload(): Promise<void> {
    return this.file.reload();
  }

  close(): void {
    this.file.close();
  }

  #changeSince(used: LoadedRules) {
    const { current } = this.file;
    if (current.hash === used.hash) return undefined;
    return { text: differenceText(used, current) || 'their order or endpoints', settings: settingsOf(current) };
  }

  #tell(text: string | undefined): void {
    this.#trouble = text === undefined ? undefined : `${text}; the rules of before go on`;
    this.listener?.troubled(this.#trouble);
  }
}

function settingsOf({ hash }: LoadedRules): string {
  return hash.slice(0, SETTINGS_DIGITS);
}
