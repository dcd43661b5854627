/** Every number of the simulator that is Terra's, not a person's. */

/** A request over more dates than this is delivered in chunks of at most this many. */
export const CHUNK_DAYS = 28;
/** Terra refuses one request over more days. */
export const REQUEST_DAYS_MAX = 1_825;
/** Days asked of one connection within an hour. */
export const DAYS_PER_HOUR_MAX = 6_000;
export const RATE_WINDOW_MS = 3_600_000;

/** How long Terra waits for an answer to a webhook. */
export const WEBHOOK_TIMEOUT_MS = 8_000;
/** Terra retries after 5 min, 30 min, 1 h...; a local run has no day to wait. */
export const RETRY_DELAYS_MS: readonly number[] = [200, 500, 1_000, 2_000, 5_000];
export const CONCURRENT_DELIVERIES = 4;
/** Shorter than servers keep an idle connection: a delivery must not fail on one just being closed. */
export const IDLE_SOCKET_MS = 2_000;

export const SUBSCRIPTIONS_PER_PAGE = 500;
export const WIDGET_SESSION_SECONDS = 900;
export const LAB_FILE_MAX_BYTES = 20 * 1024 * 1024;
/** A request to the simulator itself; far above a lab file. */
export const REQUEST_MAX_BYTES = 128 * 1024 * 1024;
/** How long the URL of a ping lives. */
export const PING_LIFE_SECONDS = 300;
export const PING_LIFE_MAX_SECONDS = 86_400;

/** The largest webhook that can be asked for: twice what the platform of the receiver takes. */
export const OVERSIZE_MAX_BYTES = 200_000_000;
/** How far back the last day with an item of a kind is looked for. */
export const OVERSIZE_LOOK_BACK_DAYS = 60;
