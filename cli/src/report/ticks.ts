import { renderDayOfYear, renderMonth } from './calendar.ts';

/** Which dates of an axis are named, and how: at most so many, at the beginnings of months or weeks. */
export function ticksOf(dates: readonly string[], most: number): ReadonlyMap<number, string> {
  const months = dates.flatMap((date, index) =>
    index === 0 || date.slice(0, 7) !== dates[index - 1]?.slice(0, 7) ? [index] : [],
  );
  // The first date of a range begins no month.
  const begun = months.filter((index) => index > 0 || dates[0]?.endsWith('-01'));
  if (begun.length >= Math.min(most, 5)) return named(dates, begun, most, true);
  const step = Math.max(1, Math.ceil(dates.length / most));
  const last = dates.length - 1;
  return named(
    dates,
    dates.map((_, index) => index).filter((index) => (last - index) % step === 0),
    most,
    false,
  );
}

function named(
  dates: readonly string[],
  indexes: readonly number[],
  most: number,
  isMonth: boolean,
): ReadonlyMap<number, string> {
  const step = Math.ceil(indexes.length / most);
  const kept = indexes.filter((_, place) => place % step === 0);
  return new Map(
    kept.map((index, place) => {
      const date = dates[index] ?? '';
      const isNewYear = date.slice(0, 4) !== dates[kept[place - 1] ?? -1]?.slice(0, 4);
      if (!isMonth) return [index, renderDayOfYear(date)];
      return [index, isNewYear ? `${renderMonth(date)} ${date.slice(0, 4)}` : renderMonth(date)];
    }),
  );
}
