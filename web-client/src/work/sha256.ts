/**
 * SHA-256 (FIPS 180-4) of short texts. The browser has it only on secure pages and only asynchronously, which for
 * hundreds of thousands of texts costs far more than the hashing itself.
 */
const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;
const ROUNDS = 64;

/** The longest text of one block. */
export const TEXT_MAX = BLOCK_BYTES - LENGTH_BYTES - 1;

/** The first 32 bits of the fractional parts of a root of the first primes. */
function fractions(count: number, root: number): Int32Array {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
      prime &&= candidate % divisor !== 0;
    }
    if (prime) {
      const value = root === 2 ? Math.sqrt(candidate) : Math.cbrt(candidate);
      found.push(((value - Math.floor(value)) * 0x1_0000_0000) | 0);
    }
  }
  return Int32Array.from(found);
}

const START = fractions(8, 2);
const K = fractions(ROUNDS, 3);
const words = new Int32Array(ROUNDS);

const turn = (value: number, by: number): number => (value >>> by) | (value << (32 - by));
const at = (array: Int32Array, index: number): number => array[index] as number;

function fill(text: string): void {
  if (text.length > TEXT_MAX) {
    throw new Error(`more than ${TEXT_MAX} characters`);
  }
  words.fill(0, 0, BLOCK_BYTES / 4);
  for (let i = 0; i <= text.length; i++) {
    const byte = i === text.length ? 0x80 : text.charCodeAt(i);
    words[i >> 2] = at(words, i >> 2) | (byte << (24 - 8 * (i & 3)));
  }
  words[BLOCK_BYTES / 4 - 1] = text.length * 8;
  for (let i = BLOCK_BYTES / 4; i < ROUNDS; i++) {
    const before = at(words, i - 15);
    const last = at(words, i - 2);
    const s0 = turn(before, 7) ^ turn(before, 18) ^ (before >>> 3);
    const s1 = turn(last, 17) ^ turn(last, 19) ^ (last >>> 10);
    words[i] = (at(words, i - 16) + s0 + at(words, i - 7) + s1) | 0;
  }
}

/** The hash of an ASCII text of at most {@link TEXT_MAX} characters, as eight words. */
export function sha256(text: string): Int32Array {
  fill(text);
  let a = at(START, 0);
  let b = at(START, 1);
  let c = at(START, 2);
  let d = at(START, 3);
  let e = at(START, 4);
  let f = at(START, 5);
  let g = at(START, 6);
  let h = at(START, 7);
  for (let i = 0; i < ROUNDS; i++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + at(K, i) + at(words, i)) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return Int32Array.from([a, b, c, d, e, f, g, h], (word, i) => (word + at(START, i)) | 0);
}
