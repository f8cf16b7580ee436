/** BLAKE2b of less than a block, with a digest of any length (RFC 7693): Node has that of 64 bytes only. */
const MASK = (1n << 64n) - 1n;
const BLOCK_BYTES = 128;
const IV = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
] as const;
/** The order of the words of the message in each round, a hexadecimal digit each. */
const ROUNDS = [
  '0123456789abcdef',
  'ea489fd61c02b753',
  'b8c052fdae367194',
  '7931dcbe265a40f8',
  '905724afe1bc683d',
  '2c6a0b834d75fe19',
  'c51fed4a0763928b',
  'db7ec13950f4862a',
  '6fe9b308c2d714a5',
  'a2847615fb9e3cd0',
  '0123456789abcdef',
  'ea489fd61c02b753',
];
/** Columns, then diagonals. */
const MIXES = ['048c', '159d', '26ae', '37bf', '05af', '16bc', '278d', '349e'];

/** @param bytes  at most 128 of them */
export function blake2b(bytes: Uint8Array, digestBytes: number): Buffer {
  if (bytes.length > BLOCK_BYTES)
    throw new RangeError(`blake2b: ${bytes.length} bytes, expected at most ${BLOCK_BYTES}`);
  const block = Buffer.alloc(BLOCK_BYTES);
  block.set(bytes);
  const words = Array.from({ length: 16 }, (_, at) => block.readBigUInt64LE(8 * at));
  const start = IV.map((word, at) => (at === 0 ? word ^ 0x01010000n ^ BigInt(digestBytes) : word));
  const v = [...start, ...IV];
  v[12] = (v[12] as bigint) ^ BigInt(bytes.length);
  v[14] = (v[14] as bigint) ^ MASK;
  for (const round of ROUNDS) {
    for (const [at, mix] of MIXES.entries()) {
      const [x, y] = [2 * at, 2 * at + 1].map((each) => words[digit(round, each)] as bigint);
      mixIn(v, [0, 1, 2, 3].map((each) => digit(mix, each)) as Four, [x as bigint, y as bigint]);
    }
  }
  const digest = Buffer.alloc(64);
  for (const [at, word] of start.entries())
    digest.writeBigUInt64LE(word ^ (v[at] as bigint) ^ (v[at + 8] as bigint), 8 * at);
  return digest.subarray(0, digestBytes);
}
type Four = [number, number, number, number];

function mixIn(v: bigint[], [a, b, c, d]: Four, [x, y]: readonly [bigint, bigint]): void {
  const get = (at: number) => v[at] as bigint;
  for (const [word, left, right] of [
    [x, 32n, 24n],
    [y, 16n, 63n],
  ] as const) {
    v[a] = (get(a) + get(b) + word) & MASK;
    v[d] = rotated(get(d) ^ get(a), left);
    v[c] = (get(c) + get(d)) & MASK;
    v[b] = rotated(get(b) ^ get(c), right);
  }
}

/** To the right. */
function rotated(word: bigint, bits: bigint): bigint {
  return ((word >> bits) | (word << (64n - bits))) & MASK;
}

function digit(text: string, at: number): number {
  return Number.parseInt(text.charAt(at), 16);
}
