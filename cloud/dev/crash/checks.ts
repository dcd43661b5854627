import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { SKIPPED_PREFIX } from '../../src/event-codes.ts';
import { asTerraUserId } from '../../src/ids.ts';
import type { StoredEvent } from '../../src/normalize/types.ts';
import { referenceFold } from '../../test/support/reference-fold.ts';
import type { Delivery } from '../terra/delivery/delivery.ts';
import type { RawEvent, Row, StoredState } from './stored-state.ts';

/**
 * What must hold whenever the stack stops, at whatever point: every acknowledged body is stored, once and byte
 * for byte, and the typed rows are those of the processed events, no more and no less.
 * @returns what does not hold, in words
 */
export function crashProblems(stored: StoredState, deliveries: readonly Delivery[]): readonly string[] {
  return [
    ...(stored.integrity === 'ok' ? [] : [`the database is damaged: ${stored.integrity}`]),
    ...storageProblems(stored.events, deliveries),
    ...typedProblems(stored),
  ];
}

/** What must hold besides when everything was delivered and processed. */
export function endProblems(stored: StoredState, deliveries: readonly Delivery[]): readonly string[] {
  const problems: string[] = [];
  for (const { id, event_type, processed_at, process_error } of stored.events) {
    const isSkipped = process_error?.startsWith(SKIPPED_PREFIX) === true;
    if (processed_at === null || (process_error !== null && !isSkipped))
      problems.push(`event ${id} (${event_type}) ended as ${process_error ?? 'unprocessed'}`);
  }
  const lost = deliveries.filter(({ acknowledged }) => !acknowledged).length;
  if (lost > 0) problems.push(`${lost} deliveries were never acknowledged`);
  for (const { id, status } of stored.backfills) {
    if (status !== 'sent') problems.push(`the request ${id} is ${status}`);
  }
  for (const { provider, state } of stored.connections) {
    if (state !== 'connected') problems.push(`${provider} is ${state}`);
  }
  return problems;
}

function storageProblems(events: readonly RawEvent[], deliveries: readonly Delivery[]): string[] {
  const problems: string[] = [];
  const times = new Map<string, number>();
  for (const { id, body, dedup_key } of events) {
    if (body === null) {
      problems.push(`event ${id} has no body`);
      continue;
    }
    const hash = sha256(body);
    if (hash !== dedup_key) problems.push(`the body of event ${id} is not what was hashed`);
    times.set(hash, (times.get(hash) ?? 0) + 1);
  }
  for (const [hash, count] of times)
    if (count > 1) problems.push(`the body ${hash} is stored ${count} times`);
  const sent = new Set<string>();
  for (const { body, acknowledged, traceId, type } of deliveries) {
    const hash = sha256(body);
    sent.add(hash);
    if (acknowledged && !times.has(hash))
      problems.push(`${type} ${traceId} was acknowledged and is not stored`);
  }
  for (const hash of times.keys()) if (!sent.has(hash)) problems.push(`${hash} is stored and was never sent`);
  return problems;
}

function typedProblems({ events, typed }: StoredState): string[] {
  const processed = events.filter(({ processed_at }) => processed_at !== null);
  const expected: Readonly<Record<string, readonly Row[]>> = referenceFold(
    processed.map((row) => ({ event: asStoredEvent(row), payload: JSON.parse(String(row.body)) as unknown })),
  );
  return Object.entries(expected).flatMap(([table, rows]) => {
    const found = typed[table] ?? [];
    if (isDeepStrictEqual(found, rows)) return [];
    const place = rows.findIndex((row, index) => !isDeepStrictEqual(row, found[index]));
    const difference = `${JSON.stringify(found[place])} instead of ${JSON.stringify(rows[place])}`;
    return [`${table} has ${found.length} rows, the events give ${rows.length}; first ${difference}`];
  });
}

function asStoredEvent(row: RawEvent): StoredEvent {
  return {
    eventType: row.event_type,
    terraUserId: asTerraUserId(row.terra_user_id),
    referenceId: row.reference_id,
    provider: row.provider,
    dedupKey: row.dedup_key,
    orderMs: row.order_ms,
    receivedMs: Date.parse(`${row.received_at.replace(' ', 'T')}Z`),
  };
}

function sha256(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}
