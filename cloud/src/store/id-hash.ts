import { remembered, sha256Hex } from '../digest.ts';
import { ID_HASHES_REMEMBERED } from '../limits.ts';

/**
 * Hex SHA-256 of the id of a person, a connection or an upload, by which the list of the erased is asked. The events of a
 * person bring the same ids again and again, and each hash goes through the platform: a batch spent a twelfth of its own
 * time on them. Nothing secret is hashed so: it would stay in memory.
 */
export const idHash = remembered(sha256Hex, ID_HASHES_REMEMBERED);
