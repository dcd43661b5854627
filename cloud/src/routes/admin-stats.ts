import { createRoute } from '@hono/zod-openapi';
import type { App } from '../app-env.ts';
import {
  EVENT_OUTCOMES,
  type EventOutcome,
  ingestStats,
  SIGNATURE_REASONS,
  type SignatureReason,
} from '../contract/stats.ts';
import { reasonOfRefusal } from '../imports/refusal-reason.ts';
import type { RejectionCount } from '../store/rejected-signatures.ts';
import { countOf, readStats, type WaitingRequests } from '../store/stats.ts';
import { readUnknownFields } from '../store/unknown-fields.ts';
import { documentedRouter } from './documented-router.ts';

const route = createRoute({
  method: 'get',
  path: '/stats',
  summary: 'How the ingest stands',
  responses: { 200: { description: 'figures', content: { 'application/json': { schema: ingestStats } } } },
});

export const adminStats = documentedRouter<App>().serve(route, async (c) => {
  const stats = await readStats(c.env.DB, Date.now());
  const { rejections, waiting, outcomes: _, ...figures } = stats;
  const [normalized, skipped] = [countOf(stats, 'normalized').ever, countOf(stats, 'skipped').ever];
  return c.json(
    {
      ...figures,
      crons: [...figures.crons],
      events: normalized + skipped + figures.backlog + figures.parked,
      normalized,
      skipped,
      rates: {
        last_hour: byOutcome((outcome) => countOf(stats, outcome).hour),
        last_day: byOutcome((outcome) => countOf(stats, outcome).day),
      },
      received_by_hour: [...figures.received_by_hour],
      rejected_signatures: {
        last_hour: byReason(rejections, ({ hour }) => hour),
        last_day: byReason(rejections, ({ day }) => day),
      },
      outbox_waiting_reasons: waitingReasons(waiting),
      unknown_fields: await readUnknownFields(c.env.DB),
    },
    200,
  );
});

function byReason(
  rejections: readonly RejectionCount[],
  numberOf: (count: RejectionCount) => number,
): Record<SignatureReason, number> {
  const of = (reason: SignatureReason) => {
    const found = rejections.find((one) => one.reason === reason);
    return found === undefined ? 0 : numberOf(found);
  };
  const entries = SIGNATURE_REASONS.map((reason) => [reason, of(reason)] as const);
  return Object.fromEntries(entries) as Record<SignatureReason, number>;
}

function byOutcome(numberOf: (outcome: EventOutcome) => number): Record<EventOutcome, number> {
  return Object.fromEntries(EVENT_OUTCOMES.map((outcome) => [outcome, numberOf(outcome)])) as Record<
    EventOutcome,
    number
  >;
}

/** Answers of Terra's that differ by an id alone are one reason. */
function waitingReasons(waiting: readonly WaitingRequests[]) {
  const reasons = new Map<string, { reason: string; requests: number; next_attempt_at: string }>();
  for (const { error, requests, next_attempt_at } of waiting) {
    const reason = error === null ? 'it was not asked yet: its turn comes later' : reasonOfRefusal(error);
    const before = reasons.get(reason) ?? { requests: 0, next_attempt_at };
    reasons.set(reason, {
      reason,
      requests: before.requests + requests,
      next_attempt_at: next_attempt_at < before.next_attempt_at ? next_attempt_at : before.next_attempt_at,
    });
  }
  return [...reasons.values()].toSorted((a, b) => b.requests - a.requests);
}
