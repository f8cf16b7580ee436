/** node:zlib for programs that may not need it. Loading it takes 3 to 5 ms, a tenth of a search. */
export function zlib(): typeof import('node:zlib') {
  return process.getBuiltinModule('node:zlib');
}
