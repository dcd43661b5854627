import { DAYS_PER_HOUR_MAX, RATE_WINDOW_MS } from '../limits.ts';

type Spent = { readonly atMs: number; readonly days: number };

export type Budget = {
  readonly allowed: boolean;
  readonly headers: { readonly [name: string]: string };
};

/** Days asked of each connection in the last hour. */
export class DayBudgets {
  readonly #spent = new Map<string, readonly Spent[]>();

  spend(userId: string, days: number, nowMs: number): Budget {
    const recent = (this.#spent.get(userId) ?? []).filter((one) => one.atMs > nowMs - RATE_WINDOW_MS);
    const used = recent.reduce((sum, one) => sum + one.days, 0);
    const allowed = used + days <= DAYS_PER_HOUR_MAX;
    this.#spent.set(userId, allowed ? [...recent, { atMs: nowMs, days }] : recent);
    const oldestMs = recent[0]?.atMs ?? nowMs;
    const resetSeconds = String(Math.ceil((oldestMs + RATE_WINDOW_MS - nowMs) / 1_000));
    const headers = {
      'x-terra-ratelimit-limit': String(DAYS_PER_HOUR_MAX),
      'x-terra-ratelimit-remaining': String(DAYS_PER_HOUR_MAX - used - (allowed ? days : 0)),
      'x-terra-ratelimit-reset-after': resetSeconds,
    };
    return allowed
      ? { allowed, headers }
      : { allowed, headers: { ...headers, 'x-terra-ratelimit-rule': 'r2', 'retry-after': resetSeconds } };
  }
}
