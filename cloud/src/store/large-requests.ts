import type { IsoTime } from '../clock.ts';
import type { UserId } from '../ids.ts';
import { insertRows } from './row-sets.ts';
import type { Statement } from './statements.ts';

/** A request that Terra answers in parts, and how many it announced. */
export type LargeRequestRow = {
  readonly user_id: UserId;
  readonly reference: string;
  readonly expected_payloads: number | null;
};

export function storeLargeRequestsStatements(
  requests: readonly LargeRequestRow[],
  now: IsoTime,
): readonly Statement[] {
  return insertRows(
    'large_requests',
    ['user_id', 'reference', 'expected_payloads', 'noted_at'],
    requests.map((request) => ({ ...request, noted_at: now })),
    `on conflict (user_id, reference) do update set
  expected_payloads = coalesce(excluded.expected_payloads, large_requests.expected_payloads)
where excluded.expected_payloads is not null
  and excluded.expected_payloads is not large_requests.expected_payloads`,
  );
}
