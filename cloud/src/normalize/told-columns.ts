/** Where in a payload a column of a contribution was read, and how. */
export type Told = {
  /** In full: `data[0].distance_data.steps`. */
  readonly paths: readonly string[];
  /** What was done with it, null where it was taken as it stands. */
  readonly reading: string | null;
};

export type ToldColumns = Readonly<Record<string, Told>>;
