const STEPS = [
  { ms: 86_400_000, unit: 'd', lower: { ms: 3_600_000, unit: 'h' } },
  { ms: 3_600_000, unit: 'h', lower: { ms: 60_000, unit: 'min' } },
  { ms: 60_000, unit: 'min', lower: { ms: 1_000, unit: 's' } },
] as const;

/** `12 ms`, `3.4 s`, `5 min 12 s`, `3 h 2 min`, `2 d 5 h`. */
export function renderDuration(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  for (const { ms: step, unit, lower } of STEPS) {
    if (ms < step) continue;
    const rest = Math.floor((ms % step) / lower.ms);
    return `${Math.floor(ms / step)} ${unit}${rest === 0 ? '' : ` ${rest} ${lower.unit}`}`;
  }
  return `${Math.floor(ms / 100) / 10} s`;
}
