import { SECONDS_PER_DAY, terraTime, weekdayOf } from '../calendar.ts';
import type { JsonObject } from '../json.ts';
import { between, type Random, rounded, spread } from '../random.ts';
import type { BodyPart } from './devices.ts';
import { deviceData, noiseOf, saturation, variability, type Wearing } from './wearing.ts';

type BodyColumns = { readonly [section: string]: JsonObject };

const PARTS: Readonly<Record<BodyPart, (wearing: Wearing, noise: Random) => BodyColumns>> = {
  scale,
  pressure,
  vitals,
  temperature,
  hydration,
  glucose,
  ketone,
};

/** Weekdays (0 is Sunday) on which somebody steps on the scale or puts the cuff on. */
const SCALE_WEEKDAYS = [1, 4, 6];
const PRESSURE_WEEKDAYS = [0, 3];

/** One item of a `body` payload, or null on a date nothing was measured. */
export function bodyItem(wearing: Wearing): JsonObject | null {
  const { device, life } = wearing;
  const weekday = weekdayOf(life.day);
  const measured = device.body.filter(
    (part) =>
      (part !== 'scale' || SCALE_WEEKDAYS.includes(weekday)) &&
      (part !== 'pressure' || PRESSURE_WEEKDAYS.includes(weekday)),
  );
  if (measured.length === 0) return null;
  const columns = measured.map((part) => PARTS[part](wearing, noiseOf(wearing, part)));
  return {
    metadata: {
      start_time: terraTime(life.day * SECONDS_PER_DAY, life.offsetMinutes),
      end_time: terraTime((life.day + 1) * SECONDS_PER_DAY, life.offsetMinutes),
    },
    device_data: deviceData(wearing),
    ...Object.assign({}, ...columns),
  };
}

function clockTime({ life }: Wearing, hour: number): string {
  return terraTime(life.day * SECONDS_PER_DAY + Math.round(hour * 60) * 60, life.offsetMinutes);
}

/** On it once in the morning, sometimes again in the evening, a little heavier. */
function scale(wearing: Wearing, noise: Random): BodyColumns {
  const { person, vitals: body } = wearing.life;
  const fat = person.bodyFatPercentage - 2.2 * body.fitness;
  const weigh = (hour: number, weightKg: number): JsonObject => ({
    measurement_time: clockTime(wearing, hour),
    weight_kg: rounded(weightKg, 2),
    height_cm: person.heightCm,
    BMI: rounded(weightKg / (person.heightCm / 100) ** 2, 2),
    BMR: rounded(370 + 21.6 * weightKg * (1 - fat / 100)),
    RMR: null,
    bodyfat_percentage: rounded(fat, 1),
    water_percentage: rounded(73 * (1 - fat / 100), 1),
    muscle_mass_g: rounded(weightKg * (1 - fat / 100) * 950),
    lean_mass_g: rounded(weightKg * (1 - fat / 100) * 1_000),
    bone_mass_g: rounded(weightKg * 42),
    visceral_fat_level: rounded(fat / 3),
  });
  const measurements = [weigh(between(noise, 6.5, 7.8), body.weightKg)];
  if (noise() < 0.25) measurements.unshift(weigh(between(noise, 20, 22), body.weightKg + 0.9));
  return { measurements_data: { measurements, day_avg_weight_kg: rounded(body.weightKg + 0.1, 2) } };
}

function pressure(wearing: Wearing, noise: Random): BodyColumns {
  const { systolicMmHg, diastolicMmHg } = wearing.life.vitals;
  const reading = (hour: number): JsonObject => ({
    timestamp: clockTime(wearing, hour),
    systolic_bp: rounded(systolicMmHg + 2 * spread(noise)),
    diastolic_bp: rounded(diastolicMmHg + 2 * spread(noise)),
  });
  return {
    blood_pressure_data: {
      blood_pressure_samples: [reading(7.5), reading(20.25)],
      day_avg_systolic_bp: rounded(systolicMmHg),
      day_avg_diastolic_bp: rounded(diastolicMmHg),
    },
  };
}

function vitals({ device, life }: Wearing, noise: Random): BodyColumns {
  const resting = Math.round(life.vitals.restingHeartRateBpm + device.restingHeartRateBiasBpm);
  return {
    heart_data: {
      heart_rate_data: {
        summary: {
          resting_hr_bpm: resting,
          avg_hr_bpm: rounded(resting + 17 + spread(noise), 1),
          ...variability(device, life.vitals.heartRateVariabilityMs),
        },
        detailed: null,
      },
      afib_classification_samples: [],
    },
    oxygen_data: {
      avg_saturation_percentage: saturation(device, life.vitals.saturationPercentage),
      vo2max_ml_per_min_per_kg: rounded(life.vitals.vo2maxMlPerMinPerKg, 1),
      saturation_samples: [],
      vo2_samples: [],
    },
  };
}

function temperature(wearing: Wearing): BodyColumns {
  const { illness, skinTemperatureDeltaCelsius } = wearing.life.vitals;
  return {
    temperature_data: {
      body_temperature_samples: [
        { timestamp: clockTime(wearing, 7), temperature_celsius: rounded(36.5 + 1.4 * illness, 2) },
      ],
      skin_temperature_samples: [],
      day_avg_skin_temperature_celsius: rounded(34.1 + skinTemperatureDeltaCelsius, 2),
      ambient_temperature_samples: [],
    },
  };
}

function hydration(_wearing: Wearing, noise: Random): BodyColumns {
  return {
    hydration_data: {
      day_total_water_consumption_ml: 250 * (5 + Math.floor(noise() * 6)),
      hydration_amount_samples: [],
    },
  };
}

/** The mean comes under the documented key on some days, under its lower-case alias on others. */
function glucose(wearing: Wearing, noise: Random): BodyColumns {
  const mean = rounded(98 + 6 * spread(noise) - 4 * wearing.life.vitals.fitness, 1);
  const key =
    wearing.life.day % 2 === 0 ? 'day_avg_blood_glucose_mg_per_dL' : 'day_avg_blood_glucose_mg_per_dl';
  return {
    glucose_data: {
      [key]: mean,
      gmi: rounded(3.31 + 0.02392 * mean, 2),
      time_in_range: rounded(92 + 3 * spread(noise), 1),
      sensor_usage: 96,
      blood_glucose_samples: [],
    },
  };
}

function ketone(wearing: Wearing, noise: Random): BodyColumns {
  const reading = (hour: number): JsonObject => ({
    timestamp: clockTime(wearing, hour),
    ketone_mg_per_dL: rounded(between(noise, 2, 14), 1),
    sample_type: 1,
  });
  return { ketone_data: { ketone_samples: [reading(8), reading(18)], day_avg_ketone_mg_per_dL: null } };
}
