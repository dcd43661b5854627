import { z } from 'zod';

/** Why a delivery's signature is refused. */
export const SIGNATURE_REASONS = ['missing', 'malformed', 'mismatch', 'stale', 'future'] as const;

export type SignatureReason = (typeof SIGNATURE_REASONS)[number];

/** Every reason has its number, those that did not occur too. */
const byReason = z.record(z.enum(SIGNATURE_REASONS), z.number().int());

/**
 * How an attempt at an event ended. The first two end the event and are counted once; `parked` and `failed` are counted
 * at each attempt.
 */
export const EVENT_OUTCOMES = ['normalized', 'skipped', 'parked', 'failed'] as const;

export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

const byOutcome = z.record(z.enum(EVENT_OUTCOMES), z.number().int());

/** 200 of `GET /admin/stats`. */
export const ingestStats = z.object({
  backlog: z.number().meta({ description: 'events that are neither processed nor stopped by an error' }),
  oldest_backlog: z.string().nullable().meta({ description: 'when the oldest of the backlog was received' }),
  parked: z.number().meta({
    description: 'events that are not processed because of an error: they wait, by the code in `errors`',
  }),
  oldest_parked: z.string().nullable(),
  oldest_unprocessed: z.string().nullable().meta({
    description:
      'the older of `oldest_backlog` and `oldest_parked`: beside a `backlog` of 0 it is of an event that waits',
  }),
  last_received_at: z.string().nullable().meta({ description: 'when the newest stored event was received' }),
  rejected_signatures: z.object({ last_hour: byReason, last_day: byReason }).meta({
    description:
      'deliveries that were answered 401 invalid_signature, by reason, in steps of ten minutes; of a flood at least so many',
  }),
  events: z.number().meta({ description: 'all of `normalized`, `skipped`, `backlog` and `parked`' }),
  normalized: z
    .number()
    .meta({ description: 'events that ever became rows, those deleted since among them' }),
  skipped: z.number().meta({ description: 'events that ever were skipped on purpose' }),
  rates: z.object({ last_hour: byOutcome, last_day: byOutcome }).meta({
    description: 'how attempts at events ended, in steps of ten minutes',
  }),
  received_by_hour: z.array(z.number().int()).meta({
    description:
      'events received in each of the last 24 hours, the oldest first, those that are gone by now among them',
  }),
  errors: z.record(z.string(), z.number()),
  dead_lettered: z.number(),
  outbox_pending: z.number().meta({
    description: 'requests to Terra that are not sent yet, those that wait among them',
  }),
  outbox_waiting: z.number().meta({
    description: 'those that Terra put off, and those whose time lies more than five minutes ahead',
  }),
  outbox_next_attempt_at: z.string().nullable().meta({
    description: 'when the first of the waiting is sent again',
  }),
  outbox_waiting_error: z.string().nullable().meta({
    description: 'why that one waits: `http 429: ...`, Terra’s own words, `network: ...` or `limit`',
  }),
  outbox_waiting_reasons: z
    .array(z.object({ reason: z.string(), requests: z.number().int(), next_attempt_at: z.string() }))
    .meta({ description: 'all that wait, by reason, the most frequent first' }),
  outbound_paused_since: z.string().nullable().meta({
    description: 'since when nothing is asked of Terra, because an operator said so',
  }),
  crons: z
    .array(
      z.object({
        cron: z.string(),
        started_at: z.string(),
        finished_at: z.string().nullable(),
        outcome: z.string().nullable().meta({ description: '`ok` or `failed`; null while it runs' }),
      }),
    )
    .meta({ description: 'the last run of each cron that ever ran' }),
  rebuilds_left: z.number().meta({
    description: 'people whose rows are by older rules, and are made anew in the background',
  }),
  rebuilds_running: z.number(),
  rebuilds_failed: z.number().meta({ description: 'given up: the person’s rows stay as they were' }),
  rebuilds_last_finished_at: z.string().nullable(),
  silences: z
    .object({
      connections: z.number().int().meta({ description: 'connections that are overdue in anything' }),
      connections_last_day: z.number().int().meta({
        description: 'of them, those of which that was found within the last 24 hours',
      }),
      gaps: z.number().int().meta({ description: 'gaps in histories that are not filled, by resource' }),
      to_be_asked: z.number().int().meta({ description: 'silences whose days were not asked for yet' }),
    })
    .meta({ description: 'connections whose data stays away: `/admin/silences` lists them' }),
  database_bytes: z.number(),
  unknown_fields: z
    .object({
      by_event_type: z.record(z.string(), z.number()).meta({
        description: 'of how many unknown fields events of a type told, an event as often as it has them',
      }),
      top: z
        .array(
          z.object({
            event_type: z.string(),
            path: z.string(),
            count: z.number(),
            first_seen: z.string(),
            last_seen: z.string(),
          }),
        )
        .meta({
          description:
            'the most frequent. `path` stands in an item; `(other)` is a key that is no plain name',
        }),
    })
    .meta({
      description:
        'fields of deliveries that no published schema of Terra’s has: how often, never what they held',
    }),
});

export type IngestStats = z.infer<typeof ingestStats>;
