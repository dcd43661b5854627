import { plausible, type Range } from '../../src/normalize/ranges.ts';
import type { ValueSource } from '../../src/normalize/value-rule.ts';

/** The providers whose range may differ, and one that stands for all others. */
const PROVIDERS_APART = ['whoop'] as const;
const ANY_OTHER = 'any';

/** What is believed of a number, in words. */
export function describeRange(range: ValueSource['range']): string {
  if (typeof range !== 'function') return describeOne(range);
  const others = describeOne(range(ANY_OTHER));
  const apart = PROVIDERS_APART.filter((provider) => describeOne(range(provider)) !== others);
  return [...apart.map((provider) => `${provider}: ${describeOne(range(provider))}`), `else ${others}`].join(
    '; ',
  );
}

function describeOne(range: Range): string {
  const { low, high, fraction, fahrenheit } = range;
  const isOpen = high === Number.MAX_VALUE;
  const isAboveNothing = low === Number.MIN_VALUE;
  if (isOpen && low === -Number.MAX_VALUE) return 'any number';
  const lower = isAboveNothing ? 'above 0' : String(low);
  const span = isOpen ? (isAboveNothing ? lower : `${lower} or more`) : `${lower} to ${high}`;
  return [
    span,
    ...(fraction === true && plausible(1, range) === 100 ? ['1 and less is a fraction, x 100'] : []),
    ...(fahrenheit === true ? [`above ${high} is Fahrenheit`] : []),
  ].join('; ');
}
