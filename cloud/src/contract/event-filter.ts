import { z } from 'zod';

/** What the outcome of an event may be asked for by. */
export const EVENT_STATES = [
  'open',
  'unprocessed',
  'backlog',
  'parked',
  'dead_lettered',
  'normalized',
  'partial',
  'skipped',
  'resolved',
] as const;

export type EventStateName = (typeof EVENT_STATES)[number];

/** Shorter texts are in nearly every body. */
export const SEARCHED_TEXT_CHARS_MIN = 3;
const SEARCHED_TEXT_CHARS_MAX = 200;

/** Which events an operator means: those to which everything applies that is said. */
export const eventFilter = z.object(
  {
    type: z.string().optional().meta({ description: 'the type of the event' }),
    provider: z.string().optional(),
    user_id: z.string().optional().meta({ description: 'whose it is, or whom it names' }),
    terra_user_id: z.string().optional(),
    error: z.string().optional().meta({ description: 'the error, or how it begins' }),
    state: z
      .enum(EVENT_STATES, { error: `must be one of ${EVENT_STATES.join(', ')}` })
      .optional()
      .meta({
        description:
          '`open` is what `/admin/dlq` lists; `backlog` is on its way, `parked` kept by an error, `unprocessed` both; of `partial` an item was refused',
      }),
    since: z.string().optional().meta({ description: 'received then or later; any ISO time' }),
    until: z.string().optional().meta({ description: 'received before' }),
    text: z.string().min(SEARCHED_TEXT_CHARS_MIN).max(SEARCHED_TEXT_CHARS_MAX).optional().meta({
      description:
        'stands in the body as it came, word for word; needs `since` within the last 7 days. Bodies in R2 are not searched: `bodies_not_searched` counts them',
    }),
  },
  { error: 'the body must be a JSON object' },
);

export type EventFilter = z.infer<typeof eventFilter>;
