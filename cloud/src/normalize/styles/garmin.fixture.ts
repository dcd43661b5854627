import type { ProviderStyle } from './style.fixture.ts';

/** A watch that says that its times are UTC: a day of Tokyo's, stress of -1 and a body battery of samples. */
export const GARMIN: ProviderStyle = {
  daily: {
    item: {
      metadata: {
        start_time: '2026-03-07T15:00:00.000000+00:00',
        end_time: '2026-03-08T15:00:00.000000+00:00',
        timestamp_localization: 0,
      },
      distance_data: {
        steps: 12004,
        distance_meters: 9410.6,
        floors_climbed: 14,
        elevation: { gain_actual_meters: 42.7 },
      },
      stress_data: {
        avg_stress_level: 66,
        max_stress_level: 98,
        body_battery_samples: [
          { timestamp: '2026-03-07T21:00:00.000000+00:00', level: 88 },
          { timestamp: '2026-03-08T12:00:00.000000+00:00', level: 17 },
          { timestamp: '2026-03-08T14:00:00.000000+00:00', level: -2 },
        ],
      },
      active_durations_data: {
        moderate_intensity_seconds: 1260,
        vigorous_intensity_seconds: 780,
        activity_seconds: 14400,
      },
      heart_rate_data: {
        summary: {
          resting_hr_bpm: 49,
          min_hr_bpm: 44,
          max_hr_bpm: 255,
          hr_zone_data: [{ zone: 1, name: 'Warm Up', duration_seconds: 600 }],
        },
      },
      calories_data: { total_burned_calories: 2541, net_activity_calories: 703, BMR_calories: 1838 },
      oxygen_data: {
        vo2max_ml_per_min_per_kg: null,
        day_avg_vo2max_ml_per_min_per_kg: null,
        vo2_samples: [{ timestamp: '2026-03-08T03:00:00.000000+00:00', vo2max_ml_per_min_per_kg: 51 }],
      },
    },
    rows: [
      {
        date: '2026-03-08',
        steps: 12004,
        resting_heart_rate: 49,
        fatburn_active_zone_minutes: 21,
        cardio_active_zone_minutes: 13,
        active_zone_minutes: 34,
        stress_level: 66,
        body_battery_low: 17,
        body_battery_high: 88,
        calories_total: 2541,
        calories_active: 703,
        calories_basal: 1838,
        distance: 9410.6,
        floors_climbed: 14,
        elevation_gain: 42.7,
        vo2_max: 51,
        heart_rate_min: 44,
      },
    ],
    notices: [
      'data[0].stress_data.body_battery_samples[2].level',
      'data[0].heart_rate_data.summary.max_hr_bpm',
    ],
  },
  activity: {
    item: {
      metadata: {
        start_time: '2026-03-08T09:00:00.000000+00:00',
        end_time: '2026-03-08T11:31:07.000000+00:00',
        summary_id: 'garmin-tri',
        name: 'Triathlon',
        type: 126,
        upload_type: 1,
        timestamp_localization: 0,
      },
      distance_data: {
        summary: {
          distance_meters: 51500,
          steps: 9100,
          elevation: { gain_actual_meters: 310.4 },
          floors_climbed: 8,
        },
      },
      calories_data: { total_burned_calories: 1610, net_activity_calories: 1440 },
      heart_rate_data: { summary: { avg_hr_bpm: 152, max_hr_bpm: 183 } },
    },
    rows: [
      {
        item: 'garmin-tri',
        startTime: '2026-03-08T09:00:00.000Z',
        deleted: false,
        distance: 51500,
        duration: 9067,
        elevation_gain: 310.4,
        average_heart_rate: 152,
        calories: 1610,
        steps: 9100,
        heart_rate_max: 183,
        calories_active: 1440,
        end_time: '2026-03-08T11:31:07.000Z',
        activity_name: 'Triathlon',
        elevation_method: 'meters',
        active_zone_minutes: 151,
      },
    ],
    notices: [],
  },
  body: {
    item: {
      metadata: {
        start_time: '2026-03-07T15:00:00.000000+00:00',
        end_time: '2026-03-08T15:00:00.000000+00:00',
        timestamp_localization: 0,
      },
      measurements_data: {
        measurements: [
          {
            measurement_time: '2026-03-07T22:10:00.000000+00:00',
            weight_kg: 71.2,
            BMI: 22.5,
            bodyfat_percentage: 15.2,
            water_percentage: 61,
            muscle_mass_g: 33400,
            bone_mass_g: 3150,
          },
        ],
      },
      blood_pressure_data: {
        blood_pressure_samples: [
          { timestamp: '2026-03-07T22:15:00.000000+00:00', systolic_bp: 121, diastolic_bp: 78 },
          { timestamp: '2026-03-08T12:00:00.000000+00:00', systolic_bp: 0, diastolic_bp: 0 },
        ],
      },
      hydration_data: { day_total_water_consumption_ml: 1850 },
    },
    rows: [
      {
        drawDate: '2026-03-08',
        code: 'weight',
        value: 71.2,
        unit: 'kg',
        measured_at: '2026-03-07T22:10:00.000Z',
        raw: [{ time: '2026-03-07T22:10:00.000000+00:00', value: 71.2 }],
      },
      {
        drawDate: '2026-03-08',
        code: 'bmi',
        value: 22.5,
        unit: 'kg/m2',
        measured_at: '2026-03-07T22:10:00.000Z',
        raw: [{ time: '2026-03-07T22:10:00.000000+00:00', value: 22.5 }],
      },
      {
        drawDate: '2026-03-08',
        code: 'body_fat_percentage',
        value: 15.2,
        unit: '%',
        measured_at: '2026-03-07T22:10:00.000Z',
        raw: [{ time: '2026-03-07T22:10:00.000000+00:00', value: 15.2 }],
      },
      {
        drawDate: '2026-03-08',
        code: 'water_percentage',
        value: 61,
        unit: '%',
        measured_at: '2026-03-07T22:10:00.000Z',
        raw: [{ time: '2026-03-07T22:10:00.000000+00:00', value: 61 }],
      },
      {
        drawDate: '2026-03-08',
        code: 'muscle_mass',
        value: 33.4,
        unit: 'kg',
        measured_at: '2026-03-07T22:10:00.000Z',
        raw: [{ time: '2026-03-07T22:10:00.000000+00:00', value: 33400 }],
      },
      {
        drawDate: '2026-03-08',
        code: 'bone_mass',
        value: 3.15,
        unit: 'kg',
        measured_at: '2026-03-07T22:10:00.000Z',
        raw: [{ time: '2026-03-07T22:10:00.000000+00:00', value: 3150 }],
      },
      {
        drawDate: '2026-03-08',
        code: 'systolic_bp',
        value: 121,
        unit: 'mm[Hg]',
        measured_at: '2026-03-07T22:15:00.000Z',
        raw: [
          { time: '2026-03-07T22:15:00.000000+00:00', value: 121 },
          { time: '2026-03-08T12:00:00.000000+00:00', value: 0 },
        ],
      },
      {
        drawDate: '2026-03-08',
        code: 'diastolic_bp',
        value: 78,
        unit: 'mm[Hg]',
        measured_at: '2026-03-07T22:15:00.000Z',
        raw: [
          { time: '2026-03-07T22:15:00.000000+00:00', value: 78 },
          { time: '2026-03-08T12:00:00.000000+00:00', value: 0 },
        ],
      },
      { drawDate: '2026-03-08', code: 'water_intake', value: 1850, unit: 'mL' },
    ],
    notices: [
      'data[0].blood_pressure_data.blood_pressure_samples[1].systolic_bp',
      'data[0].blood_pressure_data.blood_pressure_samples[1].diastolic_bp',
    ],
  },
};
