/** The value at a share of sorted numbers, between two of them where it falls between; NaN of none. */
export function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}
