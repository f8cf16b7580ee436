/** Types of native-sqlite.mjs. */
export function sqlitePackage(node?: string): 'better-sqlite3' | 'better-sqlite3-napi';
export function nativeFile(node?: string): string;
export function whyNotLoaded(error: unknown, node?: string): { readonly why: string; readonly hint: string };
