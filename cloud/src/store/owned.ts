import type { IsoTime } from '../clock.ts';

/** A change of a person's row, with whose it is and the clock it is made at. */
export type Owned<Change> = { readonly userId: string; readonly clock: IsoTime; readonly change: Change };
