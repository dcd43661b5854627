/** One kind of event in the style of a provider, and all that it gives. */
export type StyledEvent = {
  readonly item: unknown;
  /** Each contribution in one: what names its row, and its columns. `raw` of a sample list is parsed. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Paths that are told as not believed. */
  readonly notices: readonly string[];
};

/** What a provider sends, as far as it differs from the others. */
export type ProviderStyle = Readonly<Partial<Record<'daily' | 'sleep' | 'activity' | 'body', StyledEvent>>>;
