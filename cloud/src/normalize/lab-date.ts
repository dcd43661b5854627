import type { UnixMs } from '../clock.ts';
import { instantText, isBelievableDate, localDate } from './time.ts';

/** How the dates of a report are to be read. */
export type DateReading = {
  /** Whether the day stands before the month; null where nothing tells. */
  readonly dayFirst: boolean | null;
  readonly receivedMs: UnixMs;
};

/** A date of a report, with its path, and the time of day that is delivered beside that of a specimen. */
export type DatedField = {
  readonly value: unknown;
  readonly path: string;
  /** Undefined where the date is not the specimen's own but the report's. */
  readonly collected?: { readonly time: unknown; readonly timePath: string };
};

export type ReadDate =
  | { readonly state: 'known'; readonly date: string }
  | { readonly state: 'absent' }
  | { readonly state: 'unreadable' }
  | { readonly state: 'month'; readonly month: string };

/** A date in the first of these that has one, or the path of what cannot be read as one. */
export type ChosenDate =
  | { readonly date: string; readonly field: DatedField }
  | { readonly refused: string }
  | null;

const DATE_MAX_CHARS = 60;

/** The first three letters, without accents, in English, German, French, Spanish, Portuguese and Italian. */
const MONTHS: readonly (readonly string[])[] = [
  ['jan', 'ene', 'gen'],
  ['feb', 'fev'],
  ['mar', 'mrz'],
  ['apr', 'avr', 'abr'],
  ['may', 'mai', 'mag'],
  ['jun', 'juin', 'giu'],
  ['jul', 'juil', 'lug'],
  ['aug', 'aou', 'ago'],
  ['sep', 'set'],
  ['oct', 'okt', 'out', 'ott'],
  ['nov'],
  ['dec', 'dez', 'dic'],
];

const CLOCK = String.raw`(?:[T ,]+\d{1,2}[:.h]\d{2}.*)?$`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})([-./])(\d{1,2})\2(\d{1,2})${CLOCK}`);
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:T?\d{4}(?:\d{2})?)?$/;
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})([-./])(\d{1,2})\2(\d{4})${CLOCK}`);
const DAY_NAMED = new RegExp(
  String.raw`^(\d{1,2})(?:st|nd|rd|th|er|\.)?[-/ ]+(?:de )?(\p{L}{3,})\.?[-/, ]+(?:de )?(\d{4})${CLOCK}`,
  'u',
);
const MONTH_NAMED = new RegExp(
  String.raw`^(\p{L}{3,})\.?[- ]+(\d{1,2})(?:st|nd|rd|th)?,?[- ]+(\d{4})${CLOCK}`,
  'u',
);
const MONTH_ALONE = [
  /^(\d{4})[-./](\d{1,2})$/,
  /^(\d{1,2})[-./](\d{4})$/,
  /^(\p{L}{3,})\.?[-/ ]+(\d{4})$/u,
] as const;

/**
 * The date that a report's fields give, the first that is there. One that is only a month counts where a later field
 * names a day of that month; one that can be read in two ways, or in none, is refused by its path. Null where no field
 * has any.
 */
export function chooseDate(fields: readonly DatedField[], reading: DateReading): ChosenDate {
  for (const [index, field] of fields.entries()) {
    const read = readLabDate(field.value, reading);
    if (read.state === 'absent') continue;
    if (read.state === 'known') return { date: read.date, field };
    if (read.state === 'unreadable') return { refused: field.path };
    const day = dayOfMonth(read.month, fields.slice(index + 1), reading);
    return day === null
      ? { refused: field.path }
      : { date: day, field: { value: field.value, path: field.path } };
  }
  return null;
}

/** A date as labs print it, from 1990 to two days after the receipt. A text without a digit says that there is none. */
export function readLabDate(value: unknown, reading: DateReading): ReadDate {
  const text = typeof value === 'number' ? String(value) : value;
  if (text === undefined || text === null) return { state: 'absent' };
  if (typeof text !== 'string' || text.length > DATE_MAX_CHARS) return { state: 'unreadable' };
  const printed = text.trim();
  if (!/\d/.test(printed)) return { state: 'absent' };
  const month = monthAlone(printed);
  if (month !== null) return { state: 'month', month };
  const date = localDate(printed) ?? dateOf(printed, reading.dayFirst);
  return date !== null && isBelievableDate(date, reading.receivedMs)
    ? { state: 'known', date }
    : { state: 'unreadable' };
}

/**
 * The specimen's own time where it is delivered: with the date, or beside it. As every stored instant: UTC where the
 * offset is known, else the wall clock. Midnight is how a date alone is written.
 */
export function measuredTime(date: string, { value, collected }: DatedField): string | null {
  if (collected === undefined) return null;
  const { time } = collected;
  const own = typeof value === 'string' ? value.trim() : '';
  if (TIMED.test(own) && !MIDNIGHT.test(own)) return instantText(own);
  const [, hours = '', rest = ''] = typeof time === 'string' ? (CLOCK_TIME.exec(time.trim()) ?? []) : [];
  return hours === '' ? null : instantText(`${date}T${hours.padStart(2, '0')}:${rest}`);
}

const TIMED = /^\d{4}-\d{2}-\d{2}[T ]\d/i;
const MIDNIGHT = /^.{10}[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d|$)/i;
const CLOCK_TIME = /^(\d{1,2}):(\d{2}(?::\d{2})?)$/;

/**
 * Whether a place of this language tag (`en-GB`) writes the day before the month; null where it does not say, as of
 * Spanish where laboratories write in English (`es-US`).
 */
export function isDayFirst(locale: unknown): boolean | null {
  const [language = '', region = ''] = typeof locale === 'string' ? locale.toLowerCase().split(/[-_]/) : [];
  const isMonthFirstRegion = MONTH_FIRST_REGIONS.has(region);
  if (language === 'en') return region === '' ? null : !isMonthFirstRegion;
  return DAY_FIRST_LANGUAGES.has(language) && !isMonthFirstRegion ? true : null;
}

const MONTH_FIRST_REGIONS: ReadonlySet<string> = new Set(['us', 'ph', 'ca']);
const DAY_FIRST_LANGUAGES: ReadonlySet<string> = new Set(
  'cs da de el es fi fr hi hr id it nb nl no pl pt ro ru sk sl sv tr uk vi'.split(' '),
);

function dayOfMonth(month: string, fields: readonly DatedField[], reading: DateReading): string | null {
  for (const { value } of fields) {
    const read = readLabDate(value, reading);
    if (read.state === 'known') return read.date.startsWith(`${month}-`) ? read.date : null;
  }
  return null;
}

function monthAlone(text: string): string | null {
  const [numbered, turned, named] = MONTH_ALONE.map((form) => form.exec(text));
  const [year, month] = numbered
    ? [numbered[1], numbered[2]]
    : turned
      ? [turned[2], turned[1]]
      : named
        ? [named[2], monthNamed(named[1])]
        : [];
  const number = Number(month);
  return year !== undefined && number >= 1 && number <= 12 ? `${year}-${twoDigits(number)}` : null;
}

function dateOf(text: string, dayFirst: boolean | null): string | null {
  const yearFirst = COMPACT.exec(text);
  if (yearFirst !== null) return realDate(yearFirst[1], yearFirst[2], yearFirst[3]);
  const parted = YEAR_FIRST.exec(text);
  if (parted !== null) return realDate(parted[1], parted[3], parted[4]);
  const yearLast = YEAR_LAST.exec(text);
  if (yearLast !== null) return inEitherOrder(yearLast, dayFirst);
  const dayNamed = DAY_NAMED.exec(text);
  if (dayNamed !== null) return realDate(dayNamed[3], monthNamed(dayNamed[2]), dayNamed[1]);
  const named = MONTH_NAMED.exec(text);
  return named === null ? null : realDate(named[3], monthNamed(named[1]), named[2]);
}

/** Points are written between day, month and year; slashes and hyphens in both orders. */
function inEitherOrder(
  [, one, mark, other, year]: readonly string[],
  dayFirst: boolean | null,
): string | null {
  const asDay = realDate(year, other, one);
  const asMonth = realDate(year, one, other);
  if (asDay === null || asMonth === null || asDay === asMonth) return asDay ?? asMonth;
  const isDay = mark === '.' ? true : dayFirst;
  return isDay === null ? null : isDay ? asDay : asMonth;
}

function monthNamed(name = ''): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return String(MONTHS.findIndex((starts) => starts.some((start) => plain.startsWith(start))) + 1);
}

function realDate(year = '', month = '', day = ''): string | null {
  return localDate(`${year}-${twoDigits(Number(month))}-${twoDigits(Number(day))}`);
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
