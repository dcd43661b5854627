import { html, Markup } from './html.ts';

const [WIDTH, HEIGHT] = [240, 26] as const;

/** A result on a line with the laboratory's range as a band; an open range runs to the edge. Null without a range. */
export function rangeStrip(
  value: number,
  low: number | null,
  high: number | null,
  alternative: string,
): Markup | null {
  if (low === null && high === null) return null;
  const known = [value, low ?? value, high ?? value];
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const room = (most - least || Math.abs(most) || 1) * 0.35;
  const place = (one: number) => (((one - least + room) / (most - least + 2 * room)) * WIDTH).toFixed(1);
  const [from, to] = [low === null ? '0' : place(low), high === null ? String(WIDTH) : place(high)];
  return html`<svg class="strip" role="img" aria-label="${alternative}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${new Markup(
    `<path d="M0 13H${WIDTH}" stroke="var(--line)" stroke-width="2"/><rect x="${from}" y="6" width="${(Number(to) - Number(from)).toFixed(1)}" height="14" rx="3" fill="var(--range)"/><circle cx="${place(value)}" cy="13" r="6" fill="var(--one)" stroke="var(--paper)" stroke-width="2"/>`,
  )}</svg>`;
}
