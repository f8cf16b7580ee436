/**
 * Numbers of the system call that change files, by machine: all that the plugin needs of the tables in
 * syscall-numbers.ts. From the unistd headers of Debian 12's linux-libc-dev-*-cross packages (kernel 6.1), and the
 * kernel's syscall.tbl for newer calls.
 */
import type { CallTable } from '../records/machines.js';

/** The columns of the table. */
const NAMES = (
  'open creat openat truncate truncate64 ftruncate ftruncate64 mkdir mknod symlink bind socketcall mkdirat ' +
  'mknodat symlinkat unlink rmdir unlinkat rename renameat renameat2 link linkat chmod fchmod fchmodat chown ' +
  'lchown fchown chown32 lchown32 fchown32 fchownat setxattr lsetxattr fsetxattr removexattr lremovexattr ' +
  'fremovexattr utime utimes futimesat utimensat utimensat_time64'
).split(' ');

/** A row for each table, '-' where the machine has no such call. */
const NUMBERS: Readonly<Record<CallTable, string>> = {
  x86_64:
    '2 85 257 76 - 77 - 83 133 88 49 - 258 259 266 87 84 263 82 264 316 86 265 90 91 268 92 94 93 - - - 260 188 ' +
    '189 190 197 198 199 132 235 261 280',
  i386:
    '5 8 295 92 193 93 194 39 14 83 361 102 296 297 304 10 40 301 38 302 353 9 303 15 94 306 182 16 95 212 198 ' +
    '207 298 226 227 228 235 236 237 30 271 299 320 412',
  arm:
    '5 8 322 92 193 93 194 39 14 83 282 - 323 324 331 10 40 328 38 329 382 9 330 15 94 333 182 16 95 212 198 207 ' +
    '325 226 227 228 235 236 237 - 269 326 348 412',
  generic:
    '- - 56 45 - 46 - - - - 200 - 34 33 36 - - 35 - 38 276 - 37 - 52 53 - - 55 - - - 54 5 6 7 14 15 16 - - - ' + '88',
  generic32:
    '- - 56 - 45 - 46 - - - 200 - 34 33 36 - - 35 - - 276 - 37 - 52 53 - - 55 - - - 54 5 6 7 14 15 16 - - - - ' + '412',
  s390x:
    '5 8 288 92 - 93 - 39 14 83 361 102 289 290 297 10 40 294 38 295 347 9 296 15 94 299 212 198 207 - - - 291 ' +
    '224 225 226 233 234 235 30 313 292 315',
  s390:
    '5 8 288 92 193 93 194 39 14 83 361 102 289 290 297 10 40 294 38 295 347 9 296 15 94 299 182 16 95 212 198 ' +
    '207 291 224 225 226 233 234 235 30 313 292 315 412',
  ppc:
    '5 8 286 92 193 93 194 39 14 83 327 102 287 288 295 10 40 292 38 293 357 9 294 15 94 297 181 16 95 - - - 289 ' +
    '209 210 211 218 219 220 30 251 290 304 412',
  mips:
    '5 8 288 92 211 93 212 39 14 83 169 102 289 290 297 10 40 294 38 295 351 9 296 15 94 299 202 16 95 - - - 291 ' +
    '224 225 226 233 234 235 30 267 292 316 412',
  mips64n32:
    '2 83 251 74 - 75 - 81 131 86 48 - 252 253 260 85 82 257 80 258 315 84 259 88 89 262 90 92 91 - - - 254 180 ' +
    '181 182 189 190 191 130 230 255 279 412',
  mips64:
    '2 83 247 74 - 75 - 81 131 86 48 - 248 249 256 85 82 253 80 254 311 84 255 88 89 258 90 92 91 - - - 250 180 ' +
    '181 182 189 190 191 130 226 251 275',
  alpha:
    '45 - 450 129 - 130 - 136 14 57 104 - 451 452 459 10 137 456 128 457 510 9 458 15 124 461 16 208 123 - - - ' +
    '453 382 383 384 391 392 393 - 363 454 475',
  sparc:
    '5 8 284 129 77 130 84 136 14 57 353 206 285 286 293 10 137 290 128 291 345 9 292 15 124 295 13 16 123 35 31 ' +
    '32 287 169 170 171 181 182 186 30 138 288 310 412',
  parisc:
    '5 8 275 92 199 93 200 39 14 83 22 - 276 277 284 10 40 281 38 282 337 9 283 15 94 286 180 16 95 - - - 278 238 ' +
    '239 240 247 248 249 30 336 279 301 412',
  m68k:
    '5 8 288 92 193 93 194 39 14 83 358 102 289 290 297 10 40 294 38 295 351 9 296 15 94 299 16 182 95 198 212 ' +
    '207 291 223 224 225 232 233 234 30 266 292 316 412',
  sh:
    '5 8 295 92 193 93 194 39 14 83 341 102 296 297 304 10 40 301 38 302 371 9 303 15 94 306 182 16 95 212 198 ' +
    '207 298 226 227 228 235 236 237 30 271 299 320 412',
};

/** Calls that came after the machines agreed on one number for each: what is added to `firstCall`. */
const EVERYWHERE: Readonly<Record<string, number>> = {
  openat2: 437,
  fchmodat2: 452,
  setxattrat: 463,
  removexattrat: 466,
  file_setattr: 469,
};
/** Alpha was 110 ahead by then. */
const ALPHA_LEAD = 110;

/** The names of the calls that change files by their number, less the machine's `firstCall`. */
export function changingCalls(table: CallTable): readonly (string | undefined)[] {
  const names: string[] = [];
  for (const [column, number] of NUMBERS[table].split(' ').entries()) {
    if (number !== '-') names[Number(number)] = NAMES[column] as string;
  }
  const lead = table === 'alpha' ? ALPHA_LEAD : 0;
  for (const [name, number] of Object.entries(EVERYWHERE)) names[number + lead] = name;
  return names;
}
