import type { IsoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { insertRows, statementsForValues } from './row-sets.ts';
import { runAll, type Statement } from './statements.ts';

/** The kind of mark that refuses what comes of a deleted upload. */
export const DELETED_UPLOAD = 'deleted_upload';

/** Of a person: their own id, a Terra id or an upload. Of somebody who stays: an upload they deleted. */
export const MARK_KINDS = ['user', 'terra_user', 'upload', DELETED_UPLOAD] as const;

export type MarkKind = (typeof MARK_KINDS)[number];

/** A mark as it is kept. */
export type HashedMark = { readonly kind: MarkKind; readonly subject_hash: string };

export type Marked = readonly [kind: MarkKind, id: string];

/** From here on what names one of these ids is refused. Only their hashes are kept. */
export function markErasedStatements(subjects: readonly Marked[], erasedAt: IsoTime): readonly Statement[] {
  return storeMarksStatements(
    subjects.map(([kind, id]) => ({ kind, subject_hash: sha256Hex(id) })),
    erasedAt,
  );
}

function storeMarksStatements(marks: readonly HashedMark[], erasedAt: IsoTime): readonly Statement[] {
  return insertRows(
    'erased_subjects',
    ['subject_hash', 'kind', 'erased_at'],
    marks.map((mark) => ({ ...mark, erased_at: erasedAt })),
    `on conflict (subject_hash) do update set
  kind = excluded.kind,
  erased_at = max(erased_at, excluded.erased_at)`,
  );
}

export async function writeMarks(
  db: D1Database,
  subjects: readonly Marked[],
  erasedAt: IsoTime,
): Promise<void> {
  if (subjects.length > 0) await runAll(db, markErasedStatements(subjects, erasedAt));
}

/** Marks that are known by their hashes alone. */
export async function writeHashedMarks(
  db: D1Database,
  marks: readonly HashedMark[],
  erasedAt: IsoTime,
): Promise<void> {
  await runAll(db, storeMarksStatements(marks, erasedAt));
}

/** Of these hashes those that are marked. */
export function erasedStatements(subjectHashes: readonly string[]): readonly Statement[] {
  return statementsForValues(
    `select e.subject_hash
from json_each(?1) j
cross join erased_subjects e on e.subject_hash = j.value`,
    subjectHashes,
  );
}
