import { createHash } from 'node:crypto';
import type { Owner } from '../../mirror/sync-state.ts';

/**
 * Ids of the resources of one file, one after another: UUIDs that are the hash of a name, as those of version 5 (RFC 9562)
 * but without a namespace. The same person's file of the same moment has the same ones; any other file has others, and none
 * of them tells whose it is.
 */
export function idsOf({ server, person }: Owner, now: Date): () => string {
  const name = JSON.stringify([server, person, now.toISOString()]);
  let count = 0;
  return () => {
    count += 1;
    return uuidOf(createHash('sha1').update(`${name} ${count}`).digest());
  };
}

function uuidOf(hash: Buffer): string {
  const bytes = hash.subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
