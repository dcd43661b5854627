import { expect, it } from 'vitest';
import { z } from 'zod';
import { invalidRequest, parseInstant } from './validation.ts';

const request = z.strictObject({ days: z.int(), range: z.strictObject({ from: z.string() }).optional() });

function refusal(body: unknown): string {
  const parsed = request.safeParse(body);
  if (parsed.success) throw new Error('the request is valid');
  return invalidRequest(parsed.error).message;
}

it('a request that is refused is told which field is wrong, and what is wrong with the whole', () => {
  expect(refusal({ days: 'x' })).toMatch(/^days: .*expected/);
  expect(refusal({ days: 1, range: { from: 2 } })).toMatch(/^range\.from: .*expected/);
  expect(refusal('days')).toMatch(/^Invalid input: expected object/);
  expect(invalidRequest(new z.ZodError([])).message).toBe('the request is not valid');
});

it('a field that is none is named, and a long name of one cut', () => {
  expect(refusal({ days: 1, hours: 2 })).toBe('hours: is no field that can be said here');
  expect(refusal({ days: 1, range: { from: 'x', to: 'y' } })).toBe(
    'range.to: is no field that can be said here',
  );
  expect(refusal({ days: 1, ['x'.repeat(200)]: 2 })).toBe(
    `${'x'.repeat(100)}: is no field that can be said here`,
  );
});

it.each([
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31 12:00', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.500Z'],
  ['2026-01-31T12:00:00+02:00', '2026-01-31T10:00:00.000Z'],
  ['2026-01-31T12:00:00 02:00', '2026-01-31T10:00:00.000Z'],
  ['2026-01-31T12:00:00-0530', '2026-01-31T17:30:00.000Z'],
])('%s is a time', (text, iso) => {
  expect(parseInstant(text)).toBe(Date.parse(iso));
});

it.each(['', 'now', '2026-13-01', '2026-01-31T25:00', '31.01.2026', '2026-01-31T12:00:00Zx'])(
  '%j is none',
  (text) => {
    expect(parseInstant(text)).toBeNull();
  },
);
