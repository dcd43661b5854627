import type { LabUploadShown } from '../../../cloud/src/contract/labs.ts';
import type { Access } from '../api/api.ts';
import { AmyError } from '../errors.ts';
import { MISMATCHES_NAMED } from '../limits.ts';
import { compareEvents, eraseEvents, fetchMissing } from './events.ts';
import { type ArchiveOwner, alone, bindArchive, openArchive } from './folder.ts';
import { compareLabs, eraseLabs, fetchLabs, keptSums, refuseDamagedLabs } from './labs.ts';
import { writeSums } from './sums.ts';

/** What is here and not on the server any more, and of how many events. */
export type Gone = { readonly events: number; readonly labs: number; readonly here: number };

export type ArchiveOptions = {
  readonly access: Access;
  readonly folder: string;
  readonly owner: ArchiveOwner;
  readonly listReports: () => Promise<readonly LabUploadShown[]>;
  /** Whether what the server has no longer is to be erased here too; asked only where there is any. */
  readonly mayErase: (gone: Gone) => Promise<boolean>;
  readonly onEvent: (done: number, total: number) => void;
  /** What is to be done with the archive once it is up to date, while nobody else writes to it. */
  readonly whileAlone?: () => Promise<void>;
};

type Counts = {
  readonly listed: number;
  readonly fetched: number;
  readonly unavailable: number;
  readonly erased: number;
  /** Erased on the server, and still here. */
  readonly kept: number;
};

export type Archived = { readonly events: Counts; readonly labs: Counts };

/**
 * Brings the archive up to the server: what is new is fetched first, so that a question about what is gone holds up
 * nothing. Every file is whole at any moment. Throws AmyError.
 */
export async function archiveEverything(options: ArchiveOptions): Promise<Archived> {
  const { folder, owner } = options;
  openArchive(folder, owner);
  return alone(folder, () => bringUpToDate(options));
}

async function bringUpToDate({ access, folder, owner, ...options }: ArchiveOptions): Promise<Archived> {
  const events = await compareEvents(access, folder);
  const labs = compareLabs(folder, await options.listReports());
  await bindArchive(folder, owner);
  const total = events.missing.length;
  const fetched = await fetchMissing(access, folder, events.missing, (done) => options.onEvent(done, total));
  const reports = await fetchLabs(access, folder, labs.missing);
  await writeSums(folder, keptSums(folder));
  const gone = { events: events.gone.size, labs: labs.gone.size, here: events.here };
  const isErased = gone.events + gone.labs > 0 && (await options.mayErase(gone));
  if (isErased) {
    await eraseEvents(folder, events.gone);
    await eraseLabs(folder, labs.gone);
    await writeSums(folder, keptSums(folder));
  }
  await options.whileAlone?.();
  refuseMismatched(fetched.mismatched);
  refuseDamagedLabs(folder);
  const ending = (count: number) => ({ erased: isErased ? count : 0, kept: isErased ? 0 : count });
  return {
    events: {
      listed: events.listed,
      fetched: fetched.fetched,
      unavailable: fetched.unavailable,
      ...ending(gone.events),
    },
    labs: { listed: labs.listed, ...reports, ...ending(gone.labs) },
  };
}

/** All else is in the archive by then. */
function refuseMismatched(ids: readonly number[]): void {
  if (ids.length === 0) return;
  const more = ids.length > MISMATCHES_NAMED ? ', …' : '';
  throw new AmyError(
    'payload_mismatch',
    `the bodies of these events did not come as the server’s list says, and are not in the archive: ${ids.slice(0, MISMATCHES_NAMED).join(', ')}${more}; try again`,
  );
}
