import { z } from 'zod';
import { listOf } from './parameters.ts';

/** What became of an event, as its person is told. */
export const OWN_OUTCOMES = ['normalized', 'partial', 'skipped', 'waiting'] as const;

/** One event of `GET /v1/events`. */
export const ownEvent = z.object({
  id: z.number().int().positive().meta({ description: 'as `GET /v1/payloads/{id}` takes it' }),
  type: z.string(),
  provider: z.string().nullable(),
  received_at: z.iso.datetime(),
  ordered_at: z.iso.datetime().optional().meta({
    description:
      'by which it comes before or after others about the same day, sleep or activity: when Terra sent it, where that was told and can be true, else when it was received',
  }),
  bytes: z.number().int().nullable().meta({
    description:
      'of the body as it was received; null of an earlier version, and of a link that was followed',
  }),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .meta({
      description: 'of the body as it was received, in hex; null of what an earlier version did not hash',
    }),
  outcome: z.enum(OWN_OUTCOMES).meta({
    description:
      '`partial`: some of its items could not be used; `skipped`: held nothing that Amy keeps; `waiting`: is on its way, or something keeps it',
  }),
});

export const ownEventPage = listOf(ownEvent);

export type OwnEvent = z.infer<typeof ownEvent>;
