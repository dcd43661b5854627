import { terraTime } from '../calendar.ts';
import type { JsonObject } from '../json.ts';
import { type Random, rounded, spread } from '../random.ts';

/** A window on the person's wall clock. */
export type Span = {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly offsetMinutes: number;
};

/** One object every `everySeconds`, with its time under `timestamp` and what `read` gives. */
export function sampled(
  span: Span,
  everySeconds: number,
  read: (share: number) => JsonObject,
): readonly JsonObject[] {
  const samples: JsonObject[] = [];
  for (let at = span.startSeconds; at < span.endSeconds; at += everySeconds) {
    const share = (at - span.startSeconds) / (span.endSeconds - span.startSeconds);
    samples.push({ timestamp: terraTime(at, span.offsetMinutes), ...read(share) });
  }
  return samples;
}

/** A heart rate that wanders about `aroundBpm`; one sample in 500 is the 255 of a device that lost contact. */
export function heartRateSamples(
  span: Span,
  everySeconds: number,
  aroundBpm: number,
  random: Random,
): readonly JsonObject[] {
  let drift = 0;
  return sampled(span, everySeconds, (share) => {
    drift = 0.8 * drift + 2.4 * spread(random);
    const warmUp = 1 - 0.12 * Math.exp(-6 * share);
    const bpm = random() < 0.002 ? 255 : rounded(aroundBpm * warmUp + drift);
    return { bpm, timer_duration_seconds: null, context: 0 };
  });
}
