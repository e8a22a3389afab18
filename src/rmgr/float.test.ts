import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFixed, formatGeneral, NON_FINITE_9_3, NON_FINITE_12 } from './float.js';

// What a C program printed of these with glibc's printf.
const PRINTED: readonly (readonly [value: number, fixed: string, general: string])[] = [
  [0, '0.000000', '0'],
  [-0, '-0.000000', '-0'],
  [-1, '-1.000000', '-1'],
  [0.5, '0.500000', '0.5'],
  [100, '100.000000', '100'],
  [300.25, '300.250000', '300.25'],
  [999999, '999999.000000', '999999'],
  [999999.5, '999999.500000', '1e+06'],
  [1000000, '1000000.000000', '1e+06'],
  [1234565, '1234565.000000', '1.23456e+06'],
  [1234575, '1234575.000000', '1.23458e+06'],
  [123455.5, '123455.500000', '123456'],
  [123456.5, '123456.500000', '123456'],
  [0.1, '0.100000', '0.1'],
  [0.0001, '0.000100', '0.0001'],
  [0.0001234565, '0.000123', '0.000123457'],
  [0.00001, '0.000010', '1e-05'],
  [9.9999996e-5, '0.000100', '0.0001'],
  [1e21, '1000000000000000000000.000000', '1e+21'],
  [1e22, '10000000000000000000000.000000', '1e+22'],
  [1.2345678901234568e17, '123456789012345680.000000', '1.23457e+17'],
  [2.2250738585072014e-308, '0.000000', '2.22507e-308'],
  [5e-324, '0.000000', '4.94066e-324'],
  [5e-7, '0.000000', '5e-07'],
  [1.5e-6, '0.000002', '1.5e-06'],
  [0.1234565, '0.123456', '0.123456'],
  [1e6 / 3, '333333.333333', '333333'],
  [-2.5, '-2.500000', '-2.5'],
  [4294967295, '4294967295.000000', '4.29497e+09'],
];

describe('a number of C', () => {
  it.each(PRINTED)('%f is printed as C does', (value, fixed, general) => {
    expect(formatFixed(value, NON_FINITE_12)).toBe(fixed);
    expect(formatGeneral(value, NON_FINITE_12)).toBe(general);
  });

  it.each([formatFixed, formatGeneral])('that is none is named as the version names it', (format) => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect(values.map((value) => format(value, NON_FINITE_9_3))).toEqual(['nan', 'inf', '-inf']);
    expect(values.map((value) => format(value, NON_FINITE_12))).toEqual(['NaN', 'Infinity', '-Infinity']);
  });

  // JavaScript's rounding differs on ties only, and those have few digits; these have many
  const untied = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => {
    const [digits] = Math.abs(value).toExponential().replace('.', '').split('e');
    return digits.length > 12;
  });

  it('has six digits by %g, or what is left without zeros at the end', () => {
    fc.assert(
      fc.property(untied, (value) => {
        const text = formatGeneral(value, NON_FINITE_12);
        expect(Number(text)).toBe(Number(value.toPrecision(6)));
        expect(text).toMatch(/^-?\d+(\.\d*[1-9])?(e[+-]\d{2,3})?$/);
      }),
    );
  });

  it('has six digits behind the point by %f', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e20, max: 1e20 }), (value) => {
        const text = formatFixed(value, NON_FINITE_12);
        expect(text).toMatch(/^-?\d+\.\d{6}$/);
        expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(0.5000001e-6);
      }),
    );
  });
});
