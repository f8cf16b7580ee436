/** Which commands the index was made with, and which of those of now are new to it. Pure. */
import { type OwnExtractor, ownVersions } from './own-extractor.js';
import { idOf } from './own-id.js';

export const COMMANDS_KEY = 'commands';

/** @param known  what the index keeps under the key. */
export function newCommands(known: unknown, commands: readonly OwnExtractor[]): readonly OwnExtractor[] {
  const versions = (typeof known === 'object' && known !== null ? known : {}) as Readonly<Record<string, unknown>>;
  return commands.filter((command) => versions[idOf(command)] !== command.version);
}

/** What the index is to keep. */
export function keptCommands(commands: readonly OwnExtractor[]): Readonly<Record<string, number>> {
  return ownVersions(commands);
}
