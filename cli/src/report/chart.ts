/** A colour of the report's style: the chart follows the reader's theme. */
export type Colour = 'one' | 'two' | 'three' | 'four';

export type Values = readonly (number | null)[];

export type Series = {
  readonly kind: 'line' | 'bars' | 'points';
  readonly name: string;
  readonly colour: Colour;
  readonly values: Values;
  /** Bars of one stack stand on each other. */
  readonly stack?: string;
  /** The line runs over dates without a value: what is measured now and then. */
  readonly connects?: boolean;
};

export type Band = {
  readonly low: Values;
  readonly high: Values;
  readonly middle?: Values;
  /** What is usual for the person, or a laboratory's reference range. */
  readonly colour: 'band' | 'range';
};

/** One chart over dates. All values have the length of `dates`. */
export type Chart = {
  /** What somebody is told who does not see it. */
  readonly alternative: string;
  readonly dates: readonly string[];
  /** What each date begins, of a chart over the days of the report: it follows the range that its reader picks. */
  readonly each?: 'day' | 'week';
  /** The table of its figure has a row for each date, which is shown under a pointer. */
  readonly hasRows?: true;
  readonly series: readonly Series[];
  readonly band?: Band;
  /** Where bars begin that do not begin at zero. */
  readonly base?: Values;
  readonly axis: Axis;
  /** Lines that stand at a date. */
  readonly marks?: readonly { readonly index: number; readonly label: string }[];
};

export type Axis = {
  readonly label: (value: number) => string;
  readonly fromZero?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly interval?: number;
  /** The least distance between two lines. */
  readonly step?: number;
  readonly inverse?: boolean;
};
