import { sha256 } from "./sha256";

const RADIX = 36;

/** The text with the first suffix whose SHA-256 begins with so many zero bits, at most 32. */
export function solve(text: string, bits: number): string {
  for (let suffix = 0; ; suffix++) {
    const proof = `${text}.${suffix.toString(RADIX)}`;
    if (Math.clz32(sha256(proof)[0] as number) >= bits) {
      return proof;
    }
  }
}
