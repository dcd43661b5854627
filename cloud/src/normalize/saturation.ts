import { SPO2_PERCENT } from './ranges.ts';
import { computed, field, meanOfSamples, type ValueSource } from './value-rule.ts';

/** Terra's `OxygenSaturationType` of what was measured in a muscle, which is no SpO2. */
export const MUSCLE_OXYGEN = 1;

const AVERAGE = field('oxygen_data.avg_saturation_percentage', SPO2_PERCENT);
const SAMPLES = 'oxygen_data.saturation_samples';

/** The samples that are no muscle's. */
export const BLOOD_SATURATION_SAMPLES = {
  array: SAMPLES,
  field: 'percentage',
  range: SPO2_PERCENT,
  where: {
    rule: 'not of a muscle',
    holds: (sample: { readonly value: (path: string) => unknown }) => sample.value('type') !== MUSCLE_OXYGEN,
  },
} as const;

/** A device's average counts unless all it could be made of was measured in a muscle. */
const AVERAGE_SATURATION: ValueSource = computed(
  AVERAGE.paths,
  SPO2_PERCENT,
  'unless every sample beside it is of a muscle',
  (fields, provider) => {
    const samples = fields.entries(SAMPLES);
    if (samples.length > 0 && samples.every((sample) => sample.value('type') === MUSCLE_OXYGEN)) return null;
    return AVERAGE.read(fields, provider);
  },
);

/** SpO2 of a day, the same in `daily` and in `body`. */
export const SATURATION = [AVERAGE_SATURATION, meanOfSamples(BLOOD_SATURATION_SAMPLES)] as const;
