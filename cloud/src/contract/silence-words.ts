import type { Silence } from './silences.ts';

/** What a person needs of a silence to be told of it. */
export type ToldSilence = Pick<
  Silence,
  'kind' | 'resource' | 'silent_seconds' | 'usual_gap_seconds' | 'from_date' | 'to_date' | 'asked_at'
>;

/**
 * Silences of one connection in words: `nothing for 26 h, usually every 9 h; asked again at ...`. Where every resource
 * that was ever learned of is overdue, `isAll`, that is one sentence, else one a resource. `time` shows a moment.
 */
export function silenceInWords(one: ToldSilence, time: (iso: string) => string, isAll = false): string {
  const asked = one.asked_at === null ? 'to be asked for again' : `asked again at ${time(one.asked_at)}`;
  if (one.kind === 'gap') {
    const days =
      one.from_date === one.to_date ? `on ${one.from_date}` : `from ${one.from_date} to ${one.to_date}`;
    return `no ${one.resource} ${days}; ${asked}`;
  }
  const what = isAll ? 'nothing' : `no ${one.resource}`;
  return `${what} for ${span(one.silent_seconds ?? 0)}, usually every ${span(one.usual_gap_seconds ?? 0)}; ${asked}`;
}

/** `26 h`, and from two days on `3 days`. */
function span(seconds: number): string {
  const hours = Math.max(1, Math.round(seconds / 3_600));
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
