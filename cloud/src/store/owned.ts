import type { IsoTime } from '../clock.ts';
import type { UserId } from '../ids.ts';

/** A change of a person's row, with whose it is and the clock it is made at. */
export type Owned<Change> = { readonly userId: UserId; readonly clock: IsoTime; readonly change: Change };
