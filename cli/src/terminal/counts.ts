/** 12345 -> `12,345`, on every machine alike. By hand: the first use of a locale costs 20 ms. */
export function renderCount(count: number): string {
  const [whole = '', ...fraction] = String(count).split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
}

/** `1 row`, `2 rows`. */
export function renderCounted(count: number, noun: string, plural = `${noun}s`): string {
  return `${renderCount(count)} ${count === 1 ? noun : plural}`;
}

/** `12 kB`, `3.4 MB`. */
export function renderSize(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
