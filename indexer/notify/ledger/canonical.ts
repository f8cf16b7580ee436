/** JSON with one spelling: the same value has the same bytes, so that its digest can be checked on any machine. */

/** Keys in the order of their code units, no blanks, as RFC 8785 has it. What is undefined is left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  let members = '';
  for (const key of Object.keys(value).sort()) {
    const each = (value as Readonly<Record<string, unknown>>)[key];
    if (each !== undefined) members += `${members && ','}${JSON.stringify(key)}:${canonicalJson(each)}`;
  }
  return `{${members}}`;
}
