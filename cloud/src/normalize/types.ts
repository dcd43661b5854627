/**
 * What normalizing takes and gives. Everything here is plain data: no clock, no I/O, no binding, so that
 * the same stored event always gives the same contributions.
 */

import type { UnixMs } from '../clock.ts';
import type { ParkedCode, SkippedReason } from '../event-codes.ts';
import type { LabSessionId, TerraUploadId, TerraUserId } from '../ids.ts';

/** A parsed JSON object, of which nothing is known yet. */
export type JsonObject = { readonly [key: string]: unknown };

/** A stored event, as the pure functions see it. */
export type StoredEvent = {
  /** `type` of the envelope, or `lab_report` told by shape, or `unknown`. */
  readonly eventType: string;
  /** Terra's id of the connection, `''` where the event has none. */
  readonly terraUserId: TerraUserId | '';
  /** The envelope's `reference_id`; for lab events Terra's `upload_id`. */
  readonly referenceId: string | null;
  /** Lower case, null where the event has none. */
  readonly provider: string | null;
  /** Hex SHA-256 of the raw body. */
  readonly dedupKey: string;
  /** Event order in unix ms: `X-Terra-Ordering-Timestamp` where present, else the time of receipt. */
  readonly orderMs: UnixMs;
  /** Time of receipt in unix ms. */
  readonly receivedMs: UnixMs;
};

/**
 * The total order of revisions, compared element by element. It does not depend on arrival.
 * - rank: 1 for what Terra confirmed, 0 for a tentative sleep, -1 for rows from before cells
 * - ms: event order
 * - dedupKey, then the position in `data[]`, break ties
 */
export type Order = readonly [rank: number, ms: UnixMs, dedupKey: string, index: number];

export type ColumnValue = string | number | null;

/** One revision's values by column. A null is never kept and never overwrites. */
export type Columns = { readonly [column: string]: ColumnValue };

/** One day's running summary, from a `daily` event. */
export type DailyContribution = {
  readonly kind: 'daily';
  readonly source: string;
  /** YYYY-MM-DD, the person's local date. */
  readonly date: string;
  readonly order: Order;
  readonly columns: Columns;
};

/** One revision of one sleep session. */
export type SleepContribution = {
  readonly kind: 'sleep';
  readonly source: string;
  /** `metadata.summary_id`, or `start:<start_time>` where Terra gives none: what revisions share. */
  readonly item: string;
  /** UTC ISO 8601 with milliseconds and Z; the wall clock as delivered where no offset is known. */
  readonly startTime: string;
  readonly order: Order;
  /**
   * wake_date, end_time, raw, is_nap (0|1), utc_offset_minutes, asleep_seconds,
   * deep_seconds, rem_seconds, light_seconds, awake_seconds, and the vitals and scores under their
   * `daily_summary` names (with hrv_method).
   */
  readonly columns: Columns;
};

/** One revision of one activity, or Terra's word that it was deleted (`upload_type` 4). */
export type ActivityContribution = {
  readonly kind: 'activity';
  readonly source: string;
  readonly item: string;
  /** As in SleepContribution; null only in a deletion that does not say it. */
  readonly startTime: string | null;
  readonly order: Order;
  readonly deleted: boolean;
  readonly columns: Columns;
};

/** One measured value, from a `body` event or a lab report. */
export type BiomarkerContribution = {
  readonly kind: 'biomarker';
  /** `terra_lab` or `<provider>_body`. */
  readonly source: string;
  readonly drawDate: string;
  readonly code: string;
  /** Labs only: what the events of one lab session share (`labSessionKey`). */
  readonly session?: string;
  readonly order: Order;
  /** value, unit, ref_low, ref_high, status, value_text, operator, specimen, loinc, measured_at, raw. */
  readonly columns: Columns;
};

/** What an event says about one connection. */
export type ConnectionContribution = {
  readonly kind: 'connection';
  readonly terraUserId: TerraUserId;
  readonly provider: string | null;
  readonly referenceId: string | null;
  readonly order: Order;
  readonly change:
    | { readonly state: 'connected'; readonly scopes: string | null }
    | { readonly state: 'deauthenticated' | 'access_revoked' | 'replaced' }
    | { readonly state: 'error'; readonly message: string | null }
    | {
        readonly state: 'permissions';
        readonly scopes: string | null;
        readonly added: readonly string[];
        readonly removed: readonly string[];
      };
};

/** How one report of a lab upload ended. */
export type LabReportContribution = {
  readonly kind: 'lab_report';
  /** Terra's upload id, null where the event does not carry it. */
  readonly uploadId: TerraUploadId | null;
  readonly labSessionId: LabSessionId | null;
  readonly order: Order;
  readonly outcome: { readonly state: 'parsed' } | { readonly state: 'failed'; readonly code: string };
};

/** An `auth` asks for the person's recent history. Dates are YYYY-MM-DD. */
export type BackfillContribution = {
  readonly kind: 'backfill';
  readonly terraUserId: TerraUserId;
  readonly startDate: string;
  readonly endDate: string;
};

/** Progress of a large request, by Terra's `reference`. */
export type LargeRequestContribution = {
  readonly kind: 'large_request';
  readonly reference: string;
  readonly expectedPayloads: number | null;
};

export type Contribution =
  | DailyContribution
  | SleepContribution
  | ActivityContribution
  | BiomarkerContribution
  | ConnectionContribution
  | LabReportContribution
  | BackfillContribution
  | LargeRequestContribution;

/** A value that was not believed: stored as null, told in a `value_out_of_range` trace without the value. */
export type Notice = { readonly path: string; readonly reason: 'out_of_range' | 'not_a_number' };

/**
 * - normalized: processed; `refused` is the path of the first item that could not be used, or null
 * - skipped: processed on purpose without rows (it may still carry large-request progress)
 * - parked: waits for an operator or for what `code` names
 */
export type Normalized =
  | {
      readonly state: 'normalized';
      readonly contributions: readonly Contribution[];
      readonly refused: string | null;
      readonly notices: readonly Notice[];
    }
  | {
      readonly state: 'skipped';
      readonly reason: SkippedReason;
      readonly contributions: readonly Contribution[];
    }
  | { readonly state: 'parked'; readonly code: UnusableCode };

/** Codes that normalizing itself can give; owners are settled later, by the consumer. */
export type UnusableCode = Extract<
  ParkedCode,
  'payload_url_expired' | 'payload_url_refused' | `payload_invalid:${string}`
>;
