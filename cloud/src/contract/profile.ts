import { z } from 'zod';

/** Entries of `conditions` and of `medications`, and characters of one. */
export const PROFILE_LIST_MAX = 100;
export const PROFILE_ENTRY_CHARS_MAX = 200;
export const PROFILE_GOAL_CHARS_MAX = 1_000;

const entries = z
  .array(text(PROFILE_ENTRY_CHARS_MAX), { error: 'must be a list of texts' })
  .max(PROFILE_LIST_MAX, { error: `must hold at most ${PROFILE_LIST_MAX} entries` });

/** What a person may say about themselves, by name. Every field may be absent; null clears it. */
export const PROFILE_FIELDS = {
  age: numberIn(0, 130, 'years').int({ error: 'must be a whole number of years' }),
  sex: z.enum(['female', 'male', 'other'], { error: 'must be female, male or other' }),
  height_cm: numberIn(20, 280, 'cm'),
  weight_kg: numberIn(0.2, 700, 'kg'),
  conditions: entries,
  medications: entries,
  goal: text(PROFILE_GOAL_CHARS_MAX),
  timezone: timezone(),
} as const;

export type ProfileField = keyof typeof PROFILE_FIELDS;

/**
 * The body of `PUT /v1/profile`: the fields named are replaced, null clears one, the others stay. Further keys
 * are looked at by hand: one that the stored profile has may come back unchanged or be cleared.
 */
export const profileUpdate = z.looseObject(
  {
    age: PROFILE_FIELDS.age.nullish(),
    sex: PROFILE_FIELDS.sex.nullish(),
    height_cm: PROFILE_FIELDS.height_cm.nullish(),
    weight_kg: PROFILE_FIELDS.weight_kg.nullish(),
    conditions: PROFILE_FIELDS.conditions.nullish(),
    medications: PROFILE_FIELDS.medications.nullish(),
    goal: PROFILE_FIELDS.goal.nullish(),
    timezone: PROFILE_FIELDS.timezone.nullish(),
  },
  { error: 'the body must be a JSON object like {"age": 41}' },
);

export type ProfileUpdate = z.infer<typeof profileUpdate>;

/**
 * The answer of both routes. `profile` has the fields that are set, and whatever an earlier version stored
 * beside them, which is why its values are not typed; `updated_at` is null where nothing was ever stored.
 */
export const profileAnswer = z.object({
  profile: z.record(z.string(), z.unknown()),
  updated_at: z.string().nullable(),
});

export type ProfileAnswer = z.infer<typeof profileAnswer>;

function numberIn(least: number, most: number, unit: string) {
  const error = `must be a number from ${least} to ${most} (${unit})`;
  return z.number({ error }).min(least, { error }).max(most, { error });
}

function text(charsMax: number) {
  const error = `must be a text of 1 to ${charsMax} characters`;
  return z.string({ error }).trim().min(1, { error }).max(charsMax, { error });
}

function timezone() {
  const error = 'must be an IANA time zone like Europe/Berlin';
  return z.string({ error }).refine(isTimezone, { error });
}

/** Names only: an offset like `+01:00`, which `Intl` takes too, does not know of summer time. */
function isTimezone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
