/**
 * A pretended clock: `Date` that is ahead of the real one by an offset, or behind it, and goes on ticking. It runs
 * in Node and in workerd alike. Monotonic clocks and timers stay as they are.
 */

const REAL = Symbol.for('amy.real-date');

/** Shifts `globalThis.Date` by so many milliseconds against the real clock, however it was shifted before; 0 gives the real one back. */
export function shiftDate(offsetMs: number): void {
  const real = realDate();
  globalThis.Date = offsetMs === 0 ? real : shifted(real, offsetMs);
}

/** A proxy and not a subclass: what others made with the real `Date` stays an instance of this one. */
function shifted(real: DateConstructor, offsetMs: number): DateConstructor {
  const now = () => real.now() + offsetMs;
  return new Proxy(real, {
    construct: (target, args, asked) => Reflect.construct(target, args.length === 0 ? [now()] : args, asked),
    apply: () => new real(now()).toString(),
    get: (target, name) => {
      if (name === 'now') return now;
      return name === REAL ? target : Reflect.get(target, name);
    },
  });
}

function realDate(): DateConstructor {
  const kept: unknown = Reflect.get(Date, REAL);
  return isDate(kept) ? kept : Date;
}

function isDate(value: unknown): value is DateConstructor {
  return typeof value === 'function' && value.prototype === Date.prototype;
}
