import { type IsoTime, isoText } from '../clock.ts';
import {
  asLabSessionId,
  asRawEventId,
  asTerraUploadId,
  asTerraUserId,
  asUserId,
  type LabSessionId,
  type RawEventId,
  type TerraUploadId,
  type TerraUserId,
  type UserId,
} from '../ids.ts';
import { SEND_BATCH_MESSAGES } from '../limits.ts';

/** A stored event to normalize. Only the id is required: older messages may still be in flight. */
export type EventMessage = {
  readonly rawEventId: RawEventId;
  readonly requestId?: string;
  readonly bytes?: number;
  readonly force?: boolean;
};

/** Outbound work to do. */
export type BackfillMessage = { readonly backfillId: string };

/**
 * What Terra holds of an erased person or a deleted upload: a connection, the reports of an upload, or one report.
 * The ids are Terra's own. Where Terra may have taken a file and its answer was lost, no id is known. Then Terra is
 * asked for the reports under the person's reference. Those that were uploaded after `until` stay: they are of somebody
 * who has come back.
 */
export type TerraHolding =
  | { readonly kind: 'user'; readonly id: TerraUserId }
  | { readonly kind: 'lab_upload'; readonly id: TerraUploadId }
  | { readonly kind: 'lab_report'; readonly id: LabSessionId }
  | { readonly kind: 'lab_reference'; readonly id: UserId; readonly until: IsoTime };

/** Something to be deleted at Terra. This message may be the only place that still knows its id. */
export type TerraDeletionMessage = { readonly removal: TerraHolding };

/** The next step of a rebuild. */
export type RebuildMessage = { readonly rebuildId: string };

export type QueueMessage = EventMessage | BackfillMessage | TerraDeletionMessage | RebuildMessage;

/** What a queue message says; null where the Worker does not understand it. */
export function readMessage(body: unknown): QueueMessage | null {
  if (typeof body !== 'object' || body === null) return null;
  if ('backfillId' in body && typeof body.backfillId === 'string') return { backfillId: body.backfillId };
  if ('rebuildId' in body && typeof body.rebuildId === 'string') return { rebuildId: body.rebuildId };
  if ('removal' in body) return readTerraDeletion(body.removal);
  if (!('rawEventId' in body) || typeof body.rawEventId !== 'number') return null;
  return {
    rawEventId: asRawEventId(body.rawEventId),
    ...('requestId' in body && typeof body.requestId === 'string' ? { requestId: body.requestId } : {}),
    ...('bytes' in body && typeof body.bytes === 'number' ? { bytes: body.bytes } : {}),
    ...('force' in body && body.force === true ? { force: true } : {}),
  };
}

function readTerraDeletion(removal: unknown): TerraDeletionMessage | null {
  if (typeof removal !== 'object' || removal === null || !('kind' in removal) || !('id' in removal))
    return null;
  const { kind, id } = removal;
  if (typeof id !== 'string') return null;
  switch (kind) {
    case 'user':
      return { removal: { kind, id: asTerraUserId(id) } };
    case 'lab_upload':
      return { removal: { kind, id: asTerraUploadId(id) } };
    case 'lab_report':
      return { removal: { kind, id: asLabSessionId(id) } };
    case 'lab_reference':
      return 'until' in removal && typeof removal.until === 'string'
        ? { removal: { kind, id: asUserId(id), until: isoText(removal.until) } }
        : null;
    default:
      return null;
  }
}

/**
 * Sends messages in batches the platform takes (100 messages; ours are far below 256 KB together).
 * `delaySeconds` gives each its own delay. Throws when the queue does.
 */
export async function sendMessages(
  queue: Queue,
  messages: readonly QueueMessage[],
  delaySeconds: (position: number) => number = () => 0,
): Promise<void> {
  for (let start = 0; start < messages.length; start += SEND_BATCH_MESSAGES) {
    const batch = messages.slice(start, start + SEND_BATCH_MESSAGES);
    await queue.sendBatch(batch.map((body, i) => ({ body, delaySeconds: delaySeconds(start + i) })));
  }
}
