import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { SKIN_TEMPERATURE_CEL, SPO2_PERCENT, strainRange } from '../../src/normalize/ranges.ts';
import { describeRange } from './describe-range.ts';
import { MAPPING_FILE, mappingText } from './mapping.ts';

it('docs/mapping.md says what the code does: `npm run mapping` writes it', async () => {
  expect(await readFile(MAPPING_FILE, 'utf8')).toBe(mappingText());
});

it('ranges are told in words', () => {
  expect(describeRange({ low: 0, high: Number.MAX_VALUE })).toBe('0 or more');
  expect(describeRange({ low: Number.MIN_VALUE, high: Number.MAX_VALUE })).toBe('above 0');
  expect(describeRange({ low: -Number.MAX_VALUE, high: Number.MAX_VALUE })).toBe('any number');
  expect(describeRange(SPO2_PERCENT)).toBe('50 to 100; 1 and less is a fraction, x 100');
  expect(describeRange(SKIN_TEMPERATURE_CEL)).toBe('15 to 45; above 45 is Fahrenheit');
  expect(describeRange(strainRange)).toBe('whoop: 0 to 21; else 0 or more');
});
