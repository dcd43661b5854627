import type { Baseline } from './baseline.ts';
import { html, Markup } from './html.ts';

const [WIDTH, HEIGHT, EDGE] = [240, 26, 8] as const;

/** A value on the line of all days that it is compared with: the middle half is a band, the median a stroke. */
export function stripOf(
  value: number,
  { median, low, high }: Baseline,
  days: readonly number[],
  alternative: string,
): Markup {
  const [least, most] = [Math.min(value, ...days), Math.max(value, ...days)];
  const place = (one: number) =>
    (most === least ? WIDTH / 2 : EDGE + ((one - least) / (most - least)) * (WIDTH - 2 * EDGE)).toFixed(1);
  const width = (Number(place(high)) - Number(place(low))).toFixed(1);
  return html`<svg class="strip" role="img" aria-label="${alternative}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${new Markup(
    `<path d="M${EDGE} 13H${WIDTH - EDGE}" stroke="var(--line)" stroke-width="2" stroke-linecap="round"/><rect x="${place(low)}" y="7" width="${width}" height="12" rx="3" fill="var(--band)"/><path d="M${place(median)} 5V21" stroke="var(--muted)" stroke-width="2"/><circle cx="${place(value)}" cy="13" r="6" fill="var(--one)" stroke="var(--paper)" stroke-width="2"/>`,
  )}</svg>`;
}
