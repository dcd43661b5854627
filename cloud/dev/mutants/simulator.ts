import type { Mutant } from './mutant.ts';

const DAY = ['cloud/dev/terra/life/day.test.ts'];
const MEASURED = 'cloud/dev/terra/payloads/measured.ts';

/** What makes two simulated devices of one person two devices. */
export const SIMULATOR_MUTANTS: readonly Mutant[] = [
  {
    guard: 'simulator: each device measures for itself',
    file: 'cloud/dev/terra/payloads/history.ts',
    from: 'measuredBy(device, lifeOn(person, day, lifestyle))',
    to: '[measuredBy(device, lifeOn(person, day, lifestyle)).person].map(() => lifeOn(person, day, lifestyle))[0] ?? lifeOn(person, day, lifestyle)',
    tests: DAY,
  },
  {
    guard: 'simulator: what two devices measure is one life',
    file: MEASURED,
    from: 'vitals.heartRateVariabilityMs *\n      measuring.variabilityShare',
    to: '45 *\n      measuring.variabilityShare',
    tests: DAY,
  },
  {
    guard: 'simulator: a sleep as measured stays clear of the next',
    file: MEASURED,
    from: '-SHIFT_MAX_S, SHIFT_MAX_S));',
    to: '-SHIFT_MAX_S, SHIFT_MAX_S) * 40);',
    tests: DAY,
  },
  {
    guard: 'simulator: what was asked for is not lost',
    file: 'cloud/dev/terra/terra.ts',
    from: 'return reference === null && every > 0',
    to: 'return reference !== undefined && every > 0',
    tests: ['cloud/dev/terra/api/chaos.test.ts'],
  },
];
