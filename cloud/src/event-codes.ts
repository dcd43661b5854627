/**
 * What the column `process_error` of raw_events can say: every code, what moves a row that carries it, and its
 * sentence for people. Types, the SQL in store/event-state.ts and the tables of docs/ are made from this list
 * or checked against it, so that a code stands in one place.
 */

/** How a code is written: as it is, before a colon and a detail, or not at all (any other text is that code). */
type Form = 'exact' | 'prefix' | 'any';

/** What lets a row go on. Nothing in particular (null) means that another attempt may do. */
type Release =
  | { readonly releasedBy: 'operator'; readonly operator: true; readonly drained: false }
  | {
      readonly releasedBy: 'connection' | 'upload' | null;
      readonly operator: false;
      readonly drained: boolean;
    };

/**
 * - parked: the event waits, its message is done
 * - failed: its message is retried with a wait, then dead-lettered
 * - skipped: processed on purpose without rows
 *
 * `drained`: the cron takes the row again, for 24 hours. `operator`: only an operator moves it.
 */
export type EventCode = Release & {
  readonly state: 'parked' | 'failed' | 'skipped';
  readonly form: Form;
  /** What stands behind the colon. */
  readonly detail?: string;
  /** What is the matter. */
  readonly sentence: string;
  /** The same code on a processed row, where it can stand there. */
  readonly whenProcessed?: string;
};

const BY_OPERATOR = { releasedBy: 'operator', operator: true, drained: false } as const;
const BY_NEXT_ATTEMPT = { releasedBy: null, operator: false, drained: true } as const;

export const EVENT_CODES = {
  no_connection_for_terra_user: {
    state: 'parked',
    form: 'exact',
    releasedBy: 'connection',
    operator: false,
    drained: false,
    sentence: 'nobody is known under its Terra id; released the moment somebody is',
  },
  no_lab_upload_for_upload_id: {
    state: 'parked',
    form: 'exact',
    releasedBy: 'upload',
    operator: false,
    drained: true,
    sentence: "no upload is known under Terra's id; released the moment one records it",
  },
  payload_missing: {
    state: 'parked',
    form: 'exact',
    ...BY_NEXT_ATTEMPT,
    sentence: 'R2 answered no such object for its payload',
  },
  payload_url_expired: {
    state: 'parked',
    form: 'exact',
    ...BY_OPERATOR,
    sentence: 'the payload of a ping was not fetched in time',
  },
  payload_url_refused: {
    state: 'parked',
    form: 'exact',
    ...BY_OPERATOR,
    sentence: 'the payload of a ping may not be fetched from where it is',
  },
  payload_invalid: {
    state: 'parked',
    form: 'prefix',
    detail: 'path',
    ...BY_OPERATOR,
    sentence: 'no item was usable; the path is that of the first fault',
    whenProcessed: 'the other items are in, this path was refused',
  },
  owner_conflict: {
    state: 'parked',
    form: 'exact',
    ...BY_OPERATOR,
    sentence: 'two people were named',
  },
  payload_fetch_failed: {
    state: 'failed',
    form: 'prefix',
    detail: 'reason',
    ...BY_NEXT_ATTEMPT,
    sentence: 'nobody gave the payload of a ping; it is asked for again while its URL lives',
  },
  dead_lettered: {
    state: 'failed',
    form: 'exact',
    ...BY_NEXT_ATTEMPT,
    sentence: 'its message was given up twice without an outcome',
  },
  exception: {
    state: 'failed',
    form: 'any',
    ...BY_NEXT_ATTEMPT,
    sentence: "any other text: an exception's message",
  },
  skipped: {
    state: 'skipped',
    form: 'prefix',
    detail: 'reason',
    releasedBy: null,
    operator: false,
    drained: false,
    sentence: 'it was skipped on purpose',
  },
} as const satisfies Record<string, EventCode>;

export type EventCodeName = keyof typeof EVENT_CODES;

/** The names whose rows end in this state. */
type NamesOf<State extends EventCode['state']> = {
  [Name in EventCodeName]: (typeof EVENT_CODES)[Name]['state'] extends State ? Name : never;
}[EventCodeName];

/** How a code is written in the column. */
type Written<Name extends EventCodeName> = Name extends EventCodeName
  ? (typeof EVENT_CODES)[Name]['form'] extends 'prefix'
    ? `${Name}:${string}`
    : Name
  : never;

/** What a parked event waits for. */
export type ParkedCode = Written<NamesOf<'parked'>>;

/** What went wrong where that has a name; an exception's message is any text. */
export type FailedCode = Written<Exclude<NamesOf<'failed'>, 'exception'>>;

/** Where an event cannot be used, as the code of the whole event or of the first item that was refused. */
export function invalidAtPath<Path extends string>(path: Path): `payload_invalid:${Path}` {
  return `payload_invalid:${path}`;
}

/** Types of events that are known and give no rows, by nothing but their type. */
export const SKIPPED_EVENT_TYPES = [
  ['nutrition', 'meals are not kept'],
  ['menstruation', 'cycles are not kept'],
  ['athlete', "the person's profile at the provider is not kept"],
  ['hormone', 'hormone tests at home are not kept'],
  ['health_observation', 'single observations are not kept'],
  ['planned_workout', 'plans are not kept'],
  ['healthcheck', 'Terra asks whether we are there'],
  ['processing', 'Terra is still at work on a request'],
  ['rate_limit_hit', "the provider's limit was reached; Terra goes on later by itself"],
  ['google_no_datasource', 'the Google account has no source of data'],
] as const;

export type SkippedEventType = (typeof SKIPPED_EVENT_TYPES)[number][0];

/** The other reasons to skip an event. */
export const SKIP_REASONS = [
  ['large_request_processing', 'a large request for history is under way; it counts for its import'],
  ['large_request_sending', 'how many parts a large request has; it counts for its import'],
  ['auth_<status>', 'a sign-in at a provider that did not succeed'],
  ['unknown_type', 'a type of event that nobody knows here'],
  ['user_erased', 'its person was erased; nothing of it is kept'],
  ['duplicate', 'the same bytes were stored before it; told once, when an earlier version was upgraded'],
] as const;

/** Why an event was skipped on purpose. */
export type SkippedReason =
  | SkippedEventType
  | Exclude<(typeof SKIP_REASONS)[number][0], 'auth_<status>'>
  | `auth_${string}`;

export const SKIPPED_PREFIX = 'skipped:';

/** Why an event with this `process_error` was skipped, in words; null where no reason of that name is known. */
export function skippedBecause(processError: string): string | null {
  const reason = processError.slice(SKIPPED_PREFIX.length);
  const name = reason.startsWith('auth_') ? 'auth_<status>' : reason;
  const known = [...SKIPPED_EVENT_TYPES, ...SKIP_REASONS].find(([one]) => one === name);
  return known?.[1] ?? null;
}

/** A reason as `process_error` has it. */
export function skippedError<Reason extends SkippedReason>(
  reason: Reason,
): `${typeof SKIPPED_PREFIX}${Reason}` {
  return `${SKIPPED_PREFIX}${reason}`;
}
