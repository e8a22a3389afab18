import type { RecordData } from './record-data.js';

// Numbers of C's double, as C's printf writes them. JavaScript's own formatting rounds a tie up where C rounds
// it to the even digit: 1234565 is 1.23456e+06 to %g.

/** How a version writes what is no finite number: glibc's way up to 11, PostgreSQL's own from 12 on. */
export interface NonFiniteWords {
  readonly nan: string;
  readonly infinity: string;
}
export const NON_FINITE_9_3: NonFiniteWords = { nan: 'nan', infinity: 'inf' };
export const NON_FINITE_12: NonFiniteWords = { nan: 'NaN', infinity: 'Infinity' };

const bits = new BigUint64Array(1);
const double = new Float64Array(bits.buffer);

/** Reads a `double`. */
export function readDouble(data: RecordData, at: number): number {
  bits[0] = data.uint64(at);
  return double[0];
}

/** `%f`: six digits behind the point. */
export function formatFixed(value: number, words: NonFiniteWords): string {
  return formatSigned(value, words, (magnitude) => {
    const digits = roundedTimes(magnitude, 6).toString().padStart(7, '0');
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  });
}

/** `%g`: six digits in all, without zeros at the end. */
export function formatGeneral(value: number, words: NonFiniteWords): string {
  return formatSigned(value, words, (magnitude) => {
    if (magnitude === 0) return '0';
    let exponent = Number(magnitude.toExponential(20).split('e')[1]);
    let digits = roundedTimes(magnitude, 5 - exponent).toString();
    if (digits.length > 6) exponent++;
    digits = digits.slice(0, 6);
    if (exponent < -4 || exponent >= 6) {
      const power = Math.abs(exponent).toString().padStart(2, '0');
      return `${trimZeros(`${digits[0]}.${digits.slice(1)}`)}e${exponent < 0 ? '-' : '+'}${power}`;
    }
    if (exponent < 0) return trimZeros(`0.${'0'.repeat(-1 - exponent)}${digits}`);
    return trimZeros(`${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`);
  });
}

function formatSigned(value: number, words: NonFiniteWords, format: (magnitude: number) => string): string {
  if (Number.isNaN(value)) return words.nan;
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  return sign + (magnitude === Number.POSITIVE_INFINITY ? words.infinity : format(magnitude));
}

function trimZeros(text: string): string {
  return text.replace(/\.?0*$/, '');
}

/** A finite number from 0 up, times a power of ten, rounded to a whole one; a tie goes to the even one. */
function roundedTimes(value: number, power: number): bigint {
  double[0] = value;
  const biasedExponent = Number(bits[0] >> 52n);
  const mantissa = (bits[0] & 0xf_ffff_ffff_ffffn) | (biasedExponent === 0 ? 0n : 1n << 52n);
  const binaryPower = Math.max(biasedExponent, 1) - 1075;
  const numerator = mantissa * powerOf(2n, binaryPower) * powerOf(10n, power);
  const denominator = powerOf(2n, -binaryPower) * powerOf(10n, -power);
  const quotient = numerator / denominator;
  const twiceRest = (numerator % denominator) * 2n;
  const isUp = twiceRest > denominator || (twiceRest === denominator && (quotient & 1n) === 1n);
  return isUp ? quotient + 1n : quotient;
}

/** 1 for what would be a fraction. */
function powerOf(base: bigint, exponent: number): bigint {
  return exponent > 0 ? base ** BigInt(exponent) : 1n;
}
