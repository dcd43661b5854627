/**
 * Numbers and names of the contract that a program needs which checks no answer by a schema: reading the schemas takes longer
 * than most commands of the CLI do.
 */

/** Days of history an import asks for; more than the maximum is capped to it. */
export const IMPORT_DAYS_DEFAULT = 90;
export const IMPORT_DAYS_MAX = 1_460;

/** What history is asked for, each with a request of its own: Terra's event types of the same names are its answers. */
export const HISTORY_RESOURCES = ['activity', 'sleep', 'daily', 'body'] as const;

/** Rows in all per page of a sync. */
export const SYNC_LIMIT_DEFAULT = 1_000;
export const SYNC_LIMIT_MAX = 5_000;

/**
 * - asked: it was asked for, or came by itself since the device was connected; what is not there, the device did not have
 * - waiting: it was asked for, and the answer is still to come
 * - refused: it was asked for, and Terra or the provider refused
 */
export const ASKED_STATES = ['asked', 'waiting', 'refused'] as const;
