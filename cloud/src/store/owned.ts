/** A change of a person's row, with whose it is and the clock it is made at. */
export type Owned<Change> = { readonly userId: string; readonly clock: string; readonly change: Change };
