/** Every number of the Worker, with its unit in its name. Where a platform limit is the reason, it says so. */

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The platform's own limit on a request body. Overridden by `MAX_WEBHOOK_BYTES`. */
export const MAX_WEBHOOK_BYTES = 100_000_000;
/** Bodies above this go to R2; a D1 row holds 2,000,000 bytes. Overridden by `INLINE_PAYLOAD_BYTES`. */
export const INLINE_PAYLOAD_BYTES = 1_000_000;
/** Bodies of processed events older than this move from D1 to R2. Overridden by `PAYLOAD_RETENTION_DAYS`. */
export const PAYLOAD_RETENTION_DAYS = 7;
/** Where Terra keeps the payloads of a destination in ping mode. Overridden by `TERRA_PAYLOAD_HOSTS`. */
export const PAYLOAD_HOSTS: readonly string[] = ['.amazonaws.com'];
/** Terra stamps retries in an undocumented way and retries for a day. Overridden by `TERRA_SIGNATURE_TOLERANCE_S`. */
export const SIGNATURE_TOLERANCE_S = 172_800;
export const SIGNATURE_AHEAD_S = 300;
/** Terra waits 8 s for an answer; past this we ask it to retry. */
export const WEBHOOK_STORE_TIMEOUT_MS = 6 * SECOND_MS;
export const WEBHOOK_RETRY_AFTER_S = 30;
/** Migrations take some seconds, once somebody applies them. */
export const NOT_MIGRATED_RETRY_AFTER_S = 60;

/** Payload bytes loaded into one attempt of the consumer. */
export const QUEUE_BATCH_BYTES = 8_000_000;
/** What a message without `bytes` is taken to hold. */
export const UNKNOWN_PAYLOAD_BYTES = 1_000_000;
/** A lost race is reloaded in process this often before its messages are retried. */
export const LOST_RACE_RELOADS = 5;
/** Statements of one attempt, loads included. */
export const ATTEMPT_STATEMENTS_MAX = 40;
/** One bound parameter; a D1 value holds 2,000,000 bytes. */
export const PARAMETER_BYTES_MAX = 1_900_000;
/** All parameters of one commit. */
export const COMMIT_BYTES_MAX = 16_000_000;
/** Payloads read from R2 at the same time: the platform allows 6 open connections. */
export const PAYLOAD_READS_AT_ONCE = 4;

/**
 * Samples kept beside a body value: one a minute of a day, about 90 KB. A sensor of glucose gives 288, or 1,440 at most.
 * Of more the earliest are left out; the payload has them.
 */
export const BODY_SAMPLES_MAX = 1_440;

/** A JSON body that a person sends; the largest, a profile, has lists of texts. */
export const JSON_BODY_BYTES_MAX = 262_144;
/** Room for the multipart frame around a lab file. */
export const MULTIPART_FRAME_BYTES = 65_536;
/** The lines before a part's value: its name, a file's name, a type. */
export const MULTIPART_HEAD_BYTES_MAX = 16_384;
/** Parts of a form; the one form that is taken needs one. */
export const MULTIPART_PARTS_MAX = 100;

/** How long the answer to an `Idempotency-Key` is replayed. After that the key counts as one never used. */
export const IDEMPOTENCY_LIFE_MS = DAY_MS;
/** No request takes so long (the longest asks Terra twice). A request without an answer by then has died. */
export const IDEMPOTENCY_CLAIM_LIFE_MS = 2 * MINUTE_MS;
/** How often, and how far apart, a request asks whether its twin has an answer, before it is refused. */
export const IDEMPOTENCY_LOOKS = 5;
export const IDEMPOTENCY_LOOK_WAIT_MS = 300;
export const IDEMPOTENCY_RETRY_AFTER_S = 5;
/** Keys past their life that a new one takes along. */
export const IDEMPOTENCY_PURGE_ROWS = 10;

/** Time for all of an erasure's calls to Terra, and for one call. The queue goes on with what is not done by then. */
export const ERASURE_TERRA_MS = 10 * SECOND_MS;
export const ERASURE_TERRA_CALL_MS = 5 * SECOND_MS;
/** Calls to Terra at the same time: the platform allows 6 open connections. */
export const ERASURE_TERRA_CALLS_AT_ONCE = 4;
/** An erasure that is not over by then has died; the cron takes it up. */
export const ERASURE_LEASE_MS = 10 * MINUTE_MS;
export const ERASURES_A_TICK = 5;
/** Events deleted in one transaction, so many that their objects are two calls to R2. */
export const ERASURE_EVENTS_A_SLICE = 1_000;
/** Slices of one run, within an invocation's 1,000 calls; the cron goes on with what is left. */
export const ERASURE_SLICES_A_RUN = 200;

/** The header that orders events is not signed. Before this, or further ahead of the receipt, it is not believed. */
export const ORDERING_FIRST_MS = Date.UTC(2010, 0, 1);
export const ORDERING_AHEAD_MS = DAY_MS;

/** What was measured before this date, or further ahead of the receipt, is not believed: a device's clock was wrong. */
export const FIRST_DATE = '1990-01-01';
export const DATES_AHEAD = 2;
/** A day as a device delivers it, from midnight to midnight: an hour more or less where clocks change, and a little. */
export const ABOUT_A_DAY_MIN_MS = 22 * HOUR_MS;
export const ABOUT_A_DAY_MAX_MS = 26 * HOUR_MS;
/** The longest sleep that is believed. */
export const SLEEP_MAX_S = (36 * HOUR_MS) / SECOND_MS;

/** Wait before the drain takes a new row: its own message is still in flight. */
export const FIRST_ATTEMPT_GRACE_MS = 30 * SECOND_MS;

export const DRAIN_ATTEMPTED_ROWS = 50;
export const DRAIN_NEW_ROWS = 1_000;
export const DRAIN_WINDOW_MS = DAY_MS;
/** A drained row is not drained again before its message had time to be consumed. */
export const DRAIN_LEASE_MS = 5 * MINUTE_MS;
export const ADMIN_DRAIN_ROWS = 100;
export const OUTBOX_SWEEP_ROWS = 100;
/** The longest that a queue delays a message. */
export const QUEUE_DELAY_MAX_S = DAY_MS / SECOND_MS;
export const TERRA_REMOVALS_SWEPT = 100;
/** Queues accept 100 messages and 256 KB per sendBatch. */
export const SEND_BATCH_MESSAGES = 100;

export const TERRA_TIMEOUT_MS = 20 * SECOND_MS;
/** A report on its way to Terra is answered by then: two calls, and the writes around them. */
export const LAB_FORWARD_MAX_MS = MINUTE_MS;
/** Before an import the person's connections are compared with Terra's; a slow answer is not waited for. */
export const TERRA_RECONCILE_TIMEOUT_MS = 5 * SECOND_MS;
/** As many as Terra gives at once. */
export const SUBSCRIPTIONS_A_PAGE = 500;
/** Pages of one comparison of everybody: with what each asks of the database, within an invocation's 1,000 calls. */
export const SUBSCRIPTION_PAGES_MAX = 60;
/** Connections one comparison ends; more wait for the next. */
export const RECONCILE_ENDS_MAX = 2_000;
/** What changed so shortly before the comparison may not have reached Terra's list. */
export const RECONCILE_MARGIN_MS = 5 * MINUTE_MS;
/** A person may ask for their state often; Terra is asked about their connections at most once in this time. */
export const PERSON_RECONCILE_EVERY_MS = MINUTE_MS;
/** Connections a person is shown: each new sign-in to a provider is one more. */
export const ME_CONNECTIONS_MAX = 100;
/** Silences that they are shown, over all of their connections. */
export const ME_SILENCES_MAX = 100;
/** Life of a connect page where Terra does not say; its own example. */
export const TERRA_WIDGET_LIFE_S = 900;
/** What Terra's 429 without a time to wait is taken to mean. */
export const TERRA_BUSY_RETRY_AFTER_S = 30;
/** When to try a change again that lost the race against other changes at every try. */
export const LOST_RACE_RETRY_AFTER_S = 1;
/** Requests for history leave one by one, this far apart, whoever asks. */
export const BACKFILL_SPACING_S = 1;
/** Days that a person may ask for within `IMPORT_BUDGET_MS`, over all of their connections. */
export const IMPORT_DAYS_A_DAY = 20_000;
export const IMPORT_BUDGET_MS = DAY_MS;
/** Terra's own limit, of one of its users: days asked for within an hour, over all resources. */
export const TERRA_DAYS_AN_HOUR = 6_000;
/** What a request that waits for this limit has as its `error`. */
export const WAITS_FOR_LIMIT = 'limit';
/** What it has while an operator lets nothing be asked of Terra, and how often it looks whether that is over. */
export const PAUSED = 'paused';
export const PAUSED_LOOK_MS = HOUR_MS;
/** What it has where an operator gave its connection to another person before it left. */
export const CONNECTION_MOVED = 'moved';
/** No request waits longer for its turn: a turn further ahead comes of a clock that was wrong. */
export const TURN_AHEAD_MAX_MS = DAY_MS;
/** A request that Terra does not take is tried this often, over about four hours. */
export const BACKFILL_ATTEMPTS_MAX = 8;

/**
 * The row of a night starts within so many days of any session that overlaps the shown one or what that one hides:
 * two sleeps of the greatest length lie between. A chain of records that reaches further is joined as far as it is seen.
 */
export const NIGHT_REACH_DAYS = 3;
/**
 * Records of one sleep that keep their item as delivered, the best of them. A device that names every correction
 * anew would else fill the row; a further one that is shown after all has none of its own until it is told again.
 */
export const NIGHT_RAWS_KEPT = 8;

/** Terra cuts the answer to a request over more days than this into parts, which it announces. */
export const LARGE_REQUEST_DAYS = 28;
/** Where a large request was never announced and no further part came for so long, what came counts as all of it. */
export const IMPORT_QUIET_MS = MINUTE_MS;
/** When nothing came for a request for so long, nobody waits for it any more. */
export const IMPORT_SILENT_MS = 5 * MINUTE_MS;
/** A request that left longer ago than this has ended: its parts come within hours. */
export const REQUEST_OPEN_MAX_MS = DAY_MS;

/** So many requests may be answered with the bytes of one event; a reference is not signed, so they are bounded. */
export const REDELIVERIES_PER_EVENT_MAX = 200;

/** Events that one step of a rebuild folds, and finds; with `QUEUE_BATCH_BYTES` of payload at most. */
export const REBUILD_EVENTS_A_STEP = 200;
export const REBUILD_EVENTS_LISTED = 10_000;
/** Rows from before cells, and bytes of them, that one step takes over. */
export const REBUILD_SEED_ROWS = 500;
export const REBUILD_SEED_BYTES = 4_000_000;
/** Rows of each table that a rebuild's result shows before and after. */
export const REBUILD_SAMPLE_ROWS = 5;
/** A rebuild whose next step has not come by then lost its message. */
export const REBUILD_LEASE_MS = 5 * MINUTE_MS;
/** Sweeps without a step in between after which a rebuild is given up. */
export const REBUILD_ATTEMPTS_MAX = 8;
/** Rebuilds under way at the same time before the cron begins no more, and begun by one call of an operator. */
export const REBUILDS_AT_ONCE = 5;
export const REBUILDS_A_CALL = 20;

export const ERROR_TEXT_MAX = 1_000;
export const DLQ_ROWS = 50;
/** What an operator writes down beside an event that they resolve. */
export const RESOLVE_NOTE_CHARS_MAX = 1_000;
/** Events that an operator is shown of a person. */
export const OVERVIEW_EVENTS = 20;
/** Events that one step of a search looks at: by their columns, and by their bodies. */
export const SEARCH_ROWS_A_STEP = 2_000;
export const SEARCH_TEXT_ROWS_A_STEP = 200;
/** Steps of one request, and events that one request does something about. */
export const SEARCH_STEPS = 5;
export const BULK_EVENTS_A_CALL = 2_000;
/** How exactly the first and last event of a time are found. */
export const SEARCH_TIME_IDS = 5_000;
export const SEARCH_ROWS_MAX = 100;
/** How far back bodies are searched. */
export const SEARCH_TEXT_MS = 7 * DAY_MS;
export const DLQ_ERROR_TEXT_MAX = 200;
/** Lines of a page of traces: unless `limit` says otherwise, and at most. */
export const TRACE_ROWS_PRESET = 100;
export const TRACE_ROWS_MAX = 500;
/** Hours of which `/admin/stats` tells how much came. */
export const SERIES_HOURS = 24;
/** The console says so where the oldest event on its way is older: the consumer takes one within seconds. */
export const CONSOLE_BACKLOG_AGE_MS = 15 * MINUTE_MS;
export const SILENCES_SHOWN_MAX = 100;
/** Of a person, events whose own lives are told among their traces: the newest. */
export const TRACED_EVENTS_MAX = 1_000;
/** A request's events were received within so long of the time that its id tells. */
export const REQUEST_TIME_MS = 2_000;
/** Events that traces of one request speak of, at most. */
export const REQUEST_EVENTS_MAX = 100;
/** Reasons why requests wait, in `/admin/stats`. */
export const WAITING_REASONS_SHOWN = 20;
/** Paths listed in one `value_out_of_range` trace. */
export const TRACE_PATHS_MAX = 20;
/** R2 deletes and lists at most this many keys a call. */
export const R2_KEYS_A_CALL = 1_000;
/** What is counted of a day is counted by this much time: refused signatures by reason, events by outcome. */
export const COUNT_SLOT_MS = 10 * MINUTE_MS;
/** Of each reason an isolate counts so many one by one, then one in so many, so that a flood of them asks little. */
export const REJECTED_COUNTED_ALONE = 20;
export const REJECTED_COUNT_SAMPLE = 20;
/** A count goes no further, so that a flood writes no more. */
export const REJECTED_COUNT_MAX = 1_000;
/** Of each reason so many are traced, */
export const REJECTED_TRACES_A_SLOT = 3;
/** and so many in an hour, all together. */
export const REJECTED_TRACES_AN_HOUR = 100;
/** An address with so many forged deliveries within the time below may be a stranger's. */
export const FORGED_DELIVERIES_MAX = 3;
export const FORGED_DELIVERIES_MS = 10 * MINUTE_MS;
/** A signed delivery vouches for its address so long, whatever else comes from there. */
export const SIGNED_ADDRESS_MS = DAY_MS;
/** Hashes of ids that one isolate remembers: 0.2 MB. */
export const ID_HASHES_REMEMBERED = 1_000;
/** Addresses that one isolate remembers. */
export const ADDRESSES_REMEMBERED = 1_000;

/** Bodies up to this are read whole; larger ones are streamed, and read without their sample arrays. */
export const WHOLE_BODY_BYTES_MAX = 8_000_000;
/** What is kept of a larger body to be parsed: the isolate's 128 MB hold it a few times over. */
export const SKELETON_BYTES_MAX = 8_000_000;
/** A stored body up to this is shown inside an answer, which holds it a few times over; a larger one is streamed. */
export const SHOWN_PAYLOAD_BYTES_MAX = 8_000_000;
/**
 * Objects and arrays, keys, and commas of a body that is parsed as it is. 8 MB have room for 2.7 million empty objects,
 * which took 270 MB; the samples of a real body of that size are 150,000 objects.
 */
export const JSON_CONTAINERS_MAX = 250_000;
export const JSON_KEYS_MAX = 350_000;
export const JSON_COMMAS_MAX = 3_000_000;
/** What is parsed of a body that passes them even without its sample arrays: enough to tell whose it is. */
export const ENVELOPE_BYTES_MAX = 262_144;
/** Levels of objects and arrays in a body that is streamed; far beyond any model of Terra's. */
export const JSON_NESTING_MAX = 65_536;
/** Read at once of a body that is streamed. */
export const READ_CHUNK_BYTES = 65_536;
/** R2 takes parts of at least 5 MiB, all but the last of one size. */
export const UPLOAD_PART_BYTES = 5 * 1_024 * 1_024;

/** One try to fetch what a ping points at. */
export const PAYLOAD_FETCH_TIMEOUT_MS = 30 * SECOND_MS;
/** After so long the remaining pings of a batch are left to their retry. */
export const PAYLOAD_FETCHES_MS = MINUTE_MS;
/** Life of a ping's URL where the ping does not say; Terra's own example. */
export const PING_LIFE_S = 300;

/** Window of the rate limiters, whose limits stand in wrangler.toml. */
export const RATE_LIMIT_PERIOD_S = 60;
/** How long a browser may remember which origins are let in. */
export const CORS_MAX_AGE_S = 600;

/** No delivery, upload or fetch takes this long. An object that no row names by then will never have a row. */
export const ORPHAN_AGE_MS = DAY_MS;
/** Records of multipart uploads looked at in one run: strangers leave few, since an address has few tries. */
export const OPEN_UPLOADS_A_RUN = 1_000;
/** Uploads aborted at the same time: the platform allows 6 open connections. */
export const UPLOAD_ABORTS_AT_ONCE = 4;
/** Pages of keys looked at in one run, of each kind of object; the next run goes on from there. */
export const ORPHAN_SWEEP_PAGES = 20;
/** Objects deleted in one run, for each kind. Faults leave fewer than this. If there are more, rows were lost. */
export const ORPHANS_DELETED_MAX = 1_000;

/**
 * Fields that no schema has: so many of one event are counted, of so many values that are looked at, and at most so
 * many are remembered. A new model of Terra's has dozens; thousands would be somebody's joke.
 */
export const UNKNOWN_FIELDS_PER_EVENT_MAX = 20;
export const UNKNOWN_FIELD_VALUES_LOOKED_AT = 50_000;
export const UNKNOWN_FIELDS_MAX = 1_000;
export const UNKNOWN_FIELDS_SHOWN = 50;

/**
 * What grows has an end: how long rows are kept, and how many of a kind one night deletes. Keys of R2 and two keys an
 * event: a batch of unowned events fits one call of `R2_KEYS_A_CALL`.
 */
export const TRACES_KEPT_MS = 30 * DAY_MS;
export const UNOWNED_EVENTS_KEPT_MS = 30 * DAY_MS;
export const SESSIONS_KEPT_MS = 30 * DAY_MS;
/** Requests for history that were sent or given up, and what was announced of large ones. */
export const OUTBOX_KEPT_MS = 30 * DAY_MS;
export const IMPORTS_KEPT_MS = 30 * DAY_MS;
/** What a rebuild did. */
export const REBUILDS_KEPT_MS = 30 * DAY_MS;
export const REDELIVERIES_KEPT_MS = 30 * DAY_MS;
/** A field that is unknown, after the last event that had it. */
export const UNKNOWN_FIELDS_KEPT_MS = 90 * DAY_MS;
/** A silence that ended: longer than days are looked at, so that a gap that stays is not asked for twice. */
export const SILENCES_KEPT_MS = 400 * DAY_MS;
/** A mirror that was not synced for so long syncs in full. */
export const TOMBSTONES_KEPT_MS = 365 * DAY_MS;
export const RETENTION_BATCH_ROWS = 500;
/** Of each kind that ages and of two places: with the other sweeps of the night within an invocation's 1,000 calls. */
export const RETENTION_BATCHES = 40;

/** Bodies looked at at once, by their sizes alone, and how often in one run: each look gives a person one pack. */
export const BODIES_LOOKED_AT = 10_000;
export const BODY_LOOKS_A_RUN = 10;
/** Events of a pack, and bytes of their bodies, which are held in memory beside what they are compressed to. */
export const PACK_EVENTS = 1_000;
export const PACK_BYTES = 8_000_000;
/** Objects made in one run, five calls each; every five minutes is a run while bodies are left. */
export const PACKS_A_RUN = 50;
/** Sessions or activities whose `raw`, of 64 KB at most, is read at once to leave its samples out. */
export const SAMPLES_LOOKED_AT = 50;
/** How often that is done in one run, two calls each: no person is begun after so many. */
export const SAMPLE_LOOKS_A_RUN = 150;
/** Rows that changed so long before the first of the bodies that move are looked at too: an earlier move may have left them. */
export const SAMPLES_MARGIN_MS = 7 * DAY_MS;
/** Bodies of earlier versions taken out of their rows at once, and how often in one run. */
export const BODIES_TAKEN_OUT = 1_000;
export const BODY_BYTES_TAKEN_OUT = 8_000_000;
export const BODIES_TAKEN_OUT_BATCHES = 10;
/** Rows of earlier versions that are written shorter at once, and how often in one run. */
export const SHORT_ROWS = 200;
export const SHORT_ROWS_BATCHES = 5;

/** People looked at at once after a restore, and erasures that one call repeats. */
export const PEOPLE_A_PAGE = 5_000;
export const RESTORE_ERASURES_A_CALL = 20;

/** How far another's clock may be from ours when its tokens are checked. */
export const CLOCK_TOLERANCE_S = 5;
/** How far ahead of our clock a token may say that it was issued. */
export const TOKEN_AHEAD_MS = MINUTE_MS;
/** The issuer's keys are asked for again after this long. */
export const JWKS_LIFE_MS = 10 * MINUTE_MS;
/** When a token names a key that we do not have, the issuer is asked for its keys at most once in this time. */
export const JWKS_COOLDOWN_MS = 30 * SECOND_MS;
export const JWKS_TIMEOUT_MS = 5 * SECOND_MS;
export const JWKS_BYTES_MAX = 100_000;
export const JWKS_RETRY_AFTER_S = 30;

/** Life of a session that nobody renews, and of each token issued under it. */
export const SESSION_LIFE_S = (30 * DAY_MS) / 1_000;
/** However often a session is renewed, its person signs in again after this. */
export const SESSION_LIFE_MAX_S = (90 * DAY_MS) / 1_000;
/** A session's `last_used_at` moves at most so often. */
export const SESSION_USE_NOTED_MS = HOUR_MS;

/** Within this long a device has to be approved and its code redeemed. */
export const DEVICE_LOGIN_LIFE_S = 600;
/** A device asks this far apart, and this much further each time it asks too soon (RFC 8628). */
export const DEVICE_POLL_INTERVAL_S = 5;
export const DEVICE_SLOW_DOWN_S = 5;
/** Expired logins are kept a while, so that a late device hears that it is late. */
export const DEVICE_LOGIN_KEPT_MS = HOUR_MS;
/** Old logins deleted when a new one is made: more than come in, so that they never pile up. */
export const DEVICE_LOGINS_SWEPT = 20;
/** Codes tried until one is free; of 20^8 the first one nearly always is. */
export const USER_CODE_TRIES = 5;
/** Keys that an operator makes up, in bytes: what is shorter can be guessed offline. `openssl rand -hex 32` gives 64. */
export const KEY_BYTES_MIN = 32;
/** What somebody without a token may send; their fields are short. */
export const LOGIN_BODY_BYTES_MAX = 4_096;

/** Revisions of a row that win nothing and are remembered, so that it can be told what lost. */
export const EXPLAINED_LOSERS_KEPT = 10;
/** Events, and bytes of their bodies, that are read to explain a row: what wins first, then the latest of what lost. */
export const EXPLAINED_EVENTS_MAX = 60;
export const EXPLAINED_BYTES_MAX = 40_000_000;

/** Rows of all tables together that a digest reads at once, */
export const DIGEST_ROWS_A_PAGE = 2_000;
/** and how often it begins anew where the person's rows change meanwhile. */
export const DIGEST_TRIES = 5;

/**
 * Habits of connections. Deliveries so close together are one: a device that syncs sends several at once. What is
 * learned looks back over so many days that had any, and nothing is judged before so many of them, over two weekends,
 * are known.
 */
export const RECEIPT_BURST_MS = HOUR_MS;
export const HABIT_DAYS_MAX = 28;
export const HABIT_DAYS_LEAST = 5;
export const HABIT_SPAN_DAYS_LEAST = 14;
/** Of so many of the days the longest wait is no longer than what a habit explains: weekends are more than a tenth. */
export const HABIT_SHARE = 0.9;
/** What is waited for beyond that: so much of it again, and no longer than this. */
export const HABIT_FACTOR = 1.5;
export const HABIT_GRACE_MAX_MS = 2 * DAY_MS;
/** Nothing is overdue sooner: a flight and the night around it. */
export const OVERDUE_LEAST_MS = DAY_MS;
/** A connection that is silent for longer has ended, whatever Terra says of it. */
export const OVERDUE_MAX_MS = 90 * DAY_MS;
/** By the time that an event is this old, what a ping points at was fetched, and Terra's reference to it recorded. */
export const RECEIPT_LEARNED_AFTER_MS = 10 * MINUTE_MS;
/** Events that one tick of the cron learns from, in steps of one transaction. */
export const RECEIPTS_A_STEP = 1_000;
export const RECEIPT_STEPS = 2;
/** Connections that one tick judges. */
export const HABITS_A_TICK = 500;

/** Connections that one tick asks Terra about, and how many of them at once. */
export const CATCH_UPS_A_TICK = 10;
export const CATCH_UPS_AT_ONCE = 4;
/** A connection is caught up with at most once in this time. */
export const CATCH_UP_EVERY_MS = DAY_MS;
/** Where Terra does not answer, it is asked again after this long. */
export const CATCH_UP_RETRY_MS = HOUR_MS;
/** The day of the last delivery may be the day before, where the person is west of UTC. */
export const LOCAL_DAY_BEHIND_MS = 12 * HOUR_MS;

/** Days in between that are missing: looked for so far back, of so many people a tick, everybody at most so often. */
export const GAP_DAYS_LOOKED = 365;
export const GAP_PEOPLE_A_TICK = 2;
export const GAP_ROUND_MS = 12 * HOUR_MS;
/** A gap of more days is a break. */
export const GAP_DAYS_MAX = 60;
/** So many days before and after it are looked at; of a device that is used every day this share has rows. */
export const GAP_AROUND_DAYS = 14;
export const GAP_SHARE_LEAST = 0.7;
/** Devices bring the last days late by themselves. */
export const GAP_SETTLED_DAYS = 3;
/** New gaps of a person that one look notes. */
export const GAPS_A_LOOK = 3;
/** After so long the answer to a request is there: what is still missing is not at Terra. */
export const GAP_ANSWERED_MS = DAY_MS;

/** Of what a reader searches the reference for; more is cut off. */
export const REFERENCE_SEARCH_CHARS_MAX = 100;
