/**
 * How every property of the suite is tried: with the same cases each time, and for a bounded time, which counts the
 * search for a smaller case of one that failed; without a bound that search can go on for hours, and a run that failed
 * would look like one that hangs. Whoever tries more of them (`npm run prove`) says so at the property.
 */
export const PROPERTY = {
  seed: 20_260_301,
  interruptAfterTimeLimit: 120_000,
  markInterruptAsFailure: true,
} as const;
