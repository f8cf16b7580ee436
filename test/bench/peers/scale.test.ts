/** Axes and labels of the plots of the benchmark. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const { decades, scaleLog, spreadOut } = await import(new URL('scale.mjs', import.meta.url).href);

describe('the axes of a plot', () => {
  it('have the powers of ten around the values', () => {
    expect(decades([3, 450])).toEqual([1, 10, 100, 1000]);
    expect(decades([10])).toEqual([10, 100]);
    expect(decades([0.02])).toEqual([0.01, 0.1]);
  });

  it('put each power of ten the same way from the next', () => {
    const place = scaleLog([1, 100], [400, 0]);
    expect([1, 10, 100].map((value) => place(value))).toEqual([400, 200, 0]);
    expect(scaleLog([5], [0, 100])(5)).toBe(50);
  });
});

describe('labels of lines', () => {
  it('stay where they are when there is room', () => {
    expect(spreadOut([10, 90, 50], 20, [0, 100])).toEqual([10, 90, 50]);
  });

  it('never lie on each other, keep their order, and stay within', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 10 }), (wanted) => {
        const places: number[] = spreadOut(wanted, 20, [0, 300]);
        const sorted = [...places].sort((a, b) => a - b);
        expect(sorted.every((place, i) => i === 0 || place - sorted[i - 1]! >= 20)).toBe(true);
        expect(places.every((place) => place >= 0 && place <= 300)).toBe(true);
        for (const [i, one] of wanted.entries())
          for (const [j, other] of wanted.entries()) if (one < other) expect(places[i]).toBeLessThan(places[j]!);
      }),
    );
  });
});
