import { describe, expect, it } from 'vitest';

import { mostWrongLeft, probabilityOfFewer } from './bound';

describe('mostWrongLeft', () => {
  it('is the rule of three where many are left and none was wrong', () => {
    for (const sampled of [30, 100, 300]) {
      const share = mostWrongLeft(100_000, sampled, 0) / (100_000 - sampled);
      expect(share * sampled).toBeGreaterThan(2.8);
      expect(share * sampled).toBeLessThan(3.05);
    }
  });

  it.each([
    // One-sided 95 % bounds of Clopper and Pearson.
    [50, 1, 0.0914],
    [100, 3, 0.0757],
    [20, 5, 0.4557],
  ])(
    'is that of Clopper and Pearson for %i looked at and %i wrong among very many',
    (sampled, wrong, bound) => {
      const population = 200_000;
      expect(mostWrongLeft(population, sampled, wrong) / (population - sampled)).toBeCloseTo(bound, 3);
    },
  );

  it('leaves nothing in doubt where all were looked at', () => {
    expect(mostWrongLeft(12, 12, 0)).toBe(0);
    expect(mostWrongLeft(12, 12, 5)).toBe(0);
  });

  it('says nothing where none was looked at', () => {
    expect(mostWrongLeft(40, 0, 0)).toBe(40);
  });

  it('is the largest number that the sample does not rule out', () => {
    for (const [population, sampled, wrong] of [
      [40, 10, 0],
      [40, 10, 2],
      [25, 20, 1],
    ] as const) {
      const most = mostWrongLeft(population, sampled, wrong);
      expect(probabilityOfFewer(population, wrong + most, sampled, wrong)).toBeGreaterThan(0.05);
      expect(probabilityOfFewer(population, wrong + most + 1, sampled, wrong)).toBeLessThanOrEqual(0.05);
    }
  });

  it('falls with every right one and rises with every wrong one', () => {
    const left = [5, 10, 20, 30].map((sampled) => mostWrongLeft(60, sampled, 0));
    expect(left).toEqual(left.toSorted((a, b) => b - a));
    const worse = [0, 1, 2, 3].map((wrong) => mostWrongLeft(60, 20, wrong));
    expect(worse).toEqual(worse.toSorted((a, b) => a - b));
  });
});

describe('probabilityOfFewer', () => {
  it('is that of drawing from an urn', () => {
    // Two of four are wrong, one is drawn.
    expect(probabilityOfFewer(4, 2, 1, 0)).toBeCloseTo(0.5, 9);
    expect(probabilityOfFewer(10, 3, 4, 0)).toBeCloseTo(35 / 210, 9);
    expect(probabilityOfFewer(10, 3, 4, 3)).toBeCloseTo(1, 9);
  });
});
