import { SYNCED_TABLES, type SyncedTableName } from '../contract/tables.ts';

/**
 * The tables and their columns, to the compiler: a misspelt one is refused where rows are written. A test compares
 * them with the schema that the migrations make. The synced columns stand in contract/tables.ts alone.
 */
export const TABLE_COLUMNS = {
  daily_summary: synced('daily_summary', 'user_id', 'updated_at', 'cells'),
  activities: synced('activities', 'user_id', 'updated_at', 'cells'),
  sleep_sessions: synced('sleep_sessions', 'user_id', 'updated_at', 'cells'),
  biomarkers_raw: synced('biomarkers_raw', 'user_id', 'updated_at', 'cells'),
  lab_uploads: synced('lab_uploads', 'user_id', 'updated_at', 'terra_response', 'terra_upload_id'),
  profiles: synced('profiles', 'user_id', 'updated_at'),
  backfills: [
    'id',
    'user_id',
    'terra_user_id',
    'resource',
    'start_date',
    'end_date',
    'import_id',
    'raw_event_id',
    'status',
    'attempts',
    'next_attempt_at',
    'terra_reference',
    'error',
    'created_at',
    'sent_at',
  ],
  commit_guard: ['stale'],
  device_logins: [
    'device_code_hash',
    'user_code',
    'client',
    'created_at',
    'expires_at',
    'polled_at',
    'interval_s',
    'user_id',
    'decision',
    'redeemed_at',
  ],
  earlier_lab_ids: ['terra_upload_id', 'upload_id', 'user_id'],
  erased_subjects: ['subject_hash', 'kind', 'erased_at'],
  erasures: ['subject', 'requested_at', 'next_attempt_at'],
  idempotency_keys: ['user_id', 'key', 'request_hash', 'claim', 'claimed_at', 'status', 'body'],
  imports: ['id', 'user_id', 'days', 'requests', 'created_at'],
  item_homes: ['user_id', 'kind', 'source', 'item', 'start_time', 'wake_date', 'cut'],
  lab_reports: [
    'user_id',
    'report',
    'session_id',
    'terra_upload_id',
    'parsed_ms',
    'failed_ms',
    'failed_code',
  ],
  large_requests: ['user_id', 'reference', 'expected_payloads', 'noted_at'],
  raw_events: [
    'id',
    'received_at',
    'event_type',
    'terra_user_id',
    'reference_id',
    'provider',
    'payload',
    'signature_verified',
    'processed_at',
    'process_error',
    'dedup_key',
    'payload_key',
    'payload_bytes',
    'request_id',
    'trace_id',
    'terra_reference',
    'order_ms',
    'user_id',
    'attempts',
    'next_attempt_at',
    'duration_ms',
    'dead_lettered_at',
    'resolved_at',
    'resolve_note',
    'fetched_key',
    'fetched_sha256',
  ],
  redeliveries: ['raw_event_id', 'terra_reference', 'trace_id', 'delivered_at'],
  sessions: ['id', 'user_id', 'client', 'created_at', 'last_used_at', 'expires_at', 'revoked_at'],
  sweeps: ['name', 'cursor', 'updated_at'],
  sync_watermarks: ['user_id', 'table_name', 'last_synced_at'],
  terra_connections: [
    'id',
    'user_id',
    'terra_user_id',
    'provider',
    'reference_id',
    'scopes',
    'connected_at',
    'deactivated_at',
    'state',
    'state_message',
    'state_at',
    'cells',
  ],
  tombstones: ['user_id', 'table_name', 'key', 'deleted_at'],
  terra_removals: ['kind', 'id', 'next_attempt_at'],
  trace_events: [
    'id',
    'ts',
    'request_id',
    'user_id',
    'terra_user_id',
    'raw_event_id',
    'level',
    'event',
    'message',
    'data',
    'duration_ms',
    'error_name',
    'error_stack',
  ],
  turns: ['name', 'next_ms'],
  users: ['id', 'email', 'created_at', 'clock', 'tokens_after', 'reconciled_at', 'full_sync_before'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type TableName = keyof typeof TABLE_COLUMNS;

/** The columns of a table; of several those of any. */
export type ColumnOf<Table extends TableName> = (typeof TABLE_COLUMNS)[Table][number];

type SyncedColumn<Table extends SyncedTableName> = keyof (typeof SYNCED_TABLES)[Table]['columns'] & string;

function synced<Table extends SyncedTableName, const Own extends string>(
  table: Table,
  ...own: readonly Own[]
): readonly (SyncedColumn<Table> | Own)[] {
  return [...(Object.keys(SYNCED_TABLES[table].columns) as SyncedColumn<Table>[]), ...own];
}
