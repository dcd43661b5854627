import type { Silence } from './silences.ts';

/** What a person needs of a silence to be told of it. */
export type ToldSilence = Pick<
  Silence,
  'kind' | 'resource' | 'silent_seconds' | 'usual_gap_seconds' | 'from_date' | 'to_date' | 'asked_at'
>;

type Known = ToldSilence & Pick<Silence, 'last_received_at'>;

/**
 * What is known of a connection's silences, a sentence each: `nothing for 26 h, usually every 9 h; asked again at ...`
 * where nothing at all came since, else by resource. What is missing of the same days is one sentence. `time` shows a
 * moment, `nameOf` what a resource is to a person.
 */
export function silencesInWords(
  silences: readonly Known[],
  lastReceivedAt: string | null,
  time: (iso: string) => string,
  nameOf: (resource: Known['resource']) => string,
): string[] {
  const since = (one: Known) => one.last_received_at ?? '';
  const overdue = silences
    .filter(({ kind }) => kind === 'overdue')
    .toSorted((a, b) => (since(a) < since(b) ? 1 : -1));
  const [latest] = overdue;
  const gaps = gapsInWords(
    silences.filter(({ kind }) => kind === 'gap'),
    time,
    nameOf,
  );
  if (latest === undefined || lastReceivedAt === null || since(latest) < lastReceivedAt)
    return [...overdue.map((one) => silenceInWords(one, time, `no ${nameOf(one.resource)}`)), ...gaps];
  const usual = Math.min(
    ...overdue.map(({ usual_gap_seconds }) => usual_gap_seconds ?? Number.POSITIVE_INFINITY),
  );
  const asked =
    overdue
      .flatMap(({ asked_at }) => asked_at ?? [])
      .toSorted()
      .at(-1) ?? null;
  const all = { ...latest, usual_gap_seconds: usual, asked_at: asked };
  return [silenceInWords(all, time, 'nothing'), ...gaps];
}

/** `no days, sleep on 2026-02-01; ...`: one sentence for all that is missing of the same days and was asked for together. */
function gapsInWords(
  gaps: readonly Known[],
  time: (iso: string) => string,
  nameOf: (resource: Known['resource']) => string,
): string[] {
  const alike = Map.groupBy(gaps, (one) =>
    [one.from_date, one.to_date, one.asked_at === null ? '' : time(one.asked_at)].join(' '),
  );
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    const missing = same.map(({ resource }) => nameOf(resource)).join(', ');
    return first === undefined ? [] : [silenceInWords(first, time, `no ${missing}`)];
  });
}

/** One silence: `no sleep for 60 h, usually every 24 h; to be asked for again`. */
export function silenceInWords(
  one: ToldSilence,
  time: (iso: string) => string,
  what = `no ${one.resource}`,
): string {
  const asked = one.asked_at === null ? 'to be asked for again' : `asked again at ${time(one.asked_at)}`;
  if (one.kind === 'gap') {
    const days =
      one.from_date === one.to_date ? `on ${one.from_date}` : `from ${one.from_date} to ${one.to_date}`;
    return `${what} ${days}; ${asked}`;
  }
  return `${what} for ${span(one.silent_seconds ?? 0)}, usually every ${span(one.usual_gap_seconds ?? 0)}; ${asked}`;
}

/** `26 h`, and from two days on `3 days`. */
function span(seconds: number): string {
  const hours = Math.max(1, Math.round(seconds / 3_600));
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
