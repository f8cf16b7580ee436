/** How the index names the commands of the configuration as extractors. Pure. */

const PREFIX = 'own:';

/** What stands in the index. */
export function idOf({ name }: { readonly name: string }): string {
  return PREFIX + name;
}

export function isOwnId(extractor: string): boolean {
  return extractor.startsWith(PREFIX);
}
