import type { IsoTime } from '../clock.ts';
import type { PersonChanges } from '../fold/changes.ts';
import type { UserId } from '../ids.ts';
import { deleteFoldedRowsStatements, storeFoldedRowsStatements } from '../store/folded-rows.ts';
import { storeItemHomesStatements } from '../store/item-homes.ts';
import { storeLabSessionsStatements } from '../store/lab-sessions.ts';
import type { Owned } from '../store/owned.ts';
import type { Statement } from '../store/statements.ts';
import { clearTombstonesStatements } from '../store/tombstones.ts';

/** What a fold changed of a person, and the clock at which it is written. */
export type FoldedPerson = {
  readonly userId: UserId;
  readonly clock: IsoTime;
  readonly changes: PersonChanges;
};

/**
 * Writes all that the fold keeps: of an event's way and of a rebuild alike. What the fold is to remember besides
 * belongs here, or a rebuild does not make it anew.
 */
export function storeChangesStatements(people: readonly FoldedPerson[]): readonly Statement[] {
  const rows = people.flatMap((person) => owned(person, person.changes.rows));
  return [
    ...deleteFoldedRowsStatements(people.flatMap((person) => owned(person, person.changes.deletions))),
    ...storeFoldedRowsStatements(
      rows,
      people.flatMap((person) => owned(person, person.changes.biomarkerDays)),
    ),
    ...clearTombstonesStatements(rows),
    ...storeItemHomesStatements(people.flatMap((person) => owned(person, person.changes.homes))),
    ...storeLabSessionsStatements(people.flatMap((person) => owned(person, person.changes.labSessions))),
  ];
}

function owned<Change>(
  { userId, clock }: FoldedPerson,
  changes: readonly Change[],
): readonly Owned<Change>[] {
  return changes.map((change) => ({ userId, clock, change }));
}
