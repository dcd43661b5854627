import type { FieldReader } from './field-reader.ts';
import { AMOUNT } from './ranges.ts';
import {
  computed,
  field,
  inMinutes,
  type Reading,
  readByRules,
  sumOfKnown,
  type ValueRule,
  type ValueSource,
} from './value-rule.ts';

const ZONES = 'heart_rate_data.summary.hr_zone_data';
const ZONE_SECONDS = `${ZONES}[].duration_seconds`;

/** Names of heart rate zones, and where their minutes stand if the zones have other names or none. */
const ACTIVE_ZONES = {
  'fat burn': 'active_durations_data.moderate_intensity_seconds',
  cardio: 'active_durations_data.vigorous_intensity_seconds',
  peak: null,
} as const;

type ZoneName = keyof typeof ACTIVE_ZONES;

const ZONE_MINUTES = inMinutes(field('duration_seconds', AMOUNT));
const BY_EQUIVALENT = [
  field('MET_data.num_moderate_intensity_minutes', AMOUNT),
  field('MET_data.num_high_intensity_minutes', AMOUNT),
] as const;
const ZONES_ALONE = {
  fatburn_active_zone_minutes: { unit: 'min', sources: zoneSources('fat burn') },
  cardio_active_zone_minutes: { unit: 'min', sources: zoneSources('cardio') },
  peak_active_zone_minutes: { unit: 'min', sources: zoneSources('peak') },
} as const satisfies Readonly<Record<string, ValueRule>>;

/**
 * Minutes in the zones of a day, and in all three. Seconds of any activity are no substitute: they count what is only
 * not sitting (a real day of a ring: 10,260 s active, of which 900 moderate).
 */
export const ACTIVE_MINUTES = {
  ...ZONES_ALONE,
  active_zone_minutes: {
    unit: 'min',
    sources: [
      computed(
        [ZONE_SECONDS, ...Object.values(ACTIVE_ZONES).filter((path) => path !== null)],
        AMOUNT,
        'the sum of the three zones, of those that are known',
        (fields, provider) => sumOfKnown(...Object.values(readByRules(ZONES_ALONE, fields, provider))),
      ),
      computed(
        BY_EQUIVALENT.flatMap(({ paths }) => paths),
        AMOUNT,
        'their sum',
        (fields, provider) => sumOfKnown(...BY_EQUIVALENT.map((source) => source.read(fields, provider))),
      ),
    ],
  },
} as const satisfies Readonly<Record<string, ValueRule>>;

function zoneSources(name: ZoneName): readonly [ValueSource, ...ValueSource[]] {
  const byName = computed(
    [ZONE_SECONDS],
    AMOUNT,
    `the zone named ${name}, seconds / 60`,
    (fields, provider) => namedMinutes(fields, name, provider),
  );
  const path = ACTIVE_ZONES[name];
  if (path === null) return [byName];
  const byIntensity = inMinutes(field(path, AMOUNT));
  return [
    byName,
    {
      ...byIntensity,
      rule: 'seconds / 60, where no zone is named fat burn, cardio or peak',
      read: (fields, provider) => (hasNamedZones(fields) ? null : byIntensity.read(fields, provider)),
    },
  ];
}

/** Minutes of the first zone of that name that knows its seconds. */
function namedMinutes(fields: FieldReader, name: ZoneName, provider: string): Reading | null {
  for (const zone of fields.entries(ZONES)) {
    if (zoneName(zone) !== name) continue;
    const reading = ZONE_MINUTES.read(zone, provider);
    if (reading !== null) return reading;
  }
  return null;
}

/** Whether the device speaks of these zones; others have zones of their own names, which mean something else. */
function hasNamedZones(fields: FieldReader): boolean {
  return fields.entries(ZONES).some((zone) => Object.hasOwn(ACTIVE_ZONES, zoneName(zone)));
}

/** In lower case, underscores as spaces, as few of them as tell the words apart. */
function zoneName(zone: FieldReader): string {
  const name = zone.value('name');
  return typeof name === 'string'
    ? name
        .trim()
        .toLowerCase()
        .replace(/[\s_]+/g, ' ')
    : '';
}
