import type { Provider } from '../../../src/contract/providers.ts';
import type { Measuring } from './measured.ts';

/** The four kinds of data Amy asks for. */
export const DATA_TYPES = ['activity', 'body', 'daily', 'sleep'] as const;
export type DataType = (typeof DATA_TYPES)[number];

/** What a provider knows and how it says it: where devices differ is what a mapping has to survive. */
export type Device = {
  readonly provider: Uppercase<Provider>;
  readonly manufacturer: string;
  readonly name: string;
  readonly scopes: string | null;
  readonly types: readonly DataType[];
  readonly variability: 'rmssd' | 'sdnn';
  readonly saturation: 'percent' | 'fraction' | null;
  readonly strain: boolean;
  readonly readiness: boolean;
  /** Heart rate zones by name, a peak among them. */
  readonly namedZones: boolean;
  readonly stress: boolean;
  readonly skinTemperature: boolean;
  readonly naps: boolean;
  /** A barometer counts floors. */
  readonly floors: boolean;
  readonly sleepSummaryId: boolean;
  /** Terra's word on its times: 1 says the person's own, 0 says UTC, some providers say nothing. */
  readonly localization: 0 | 1 | null;
  readonly climb: 'meters' | 'floors';
  readonly body: readonly BodyPart[];
  /** Share of days on which it was charged and worn. */
  readonly worn: number;
  /** What it counts for 1,000 real steps. */
  readonly stepsPerThousand: number;
  readonly restingHeartRateBiasBpm: number;
  readonly measuring: Measuring;
};

export type BodyPart = 'scale' | 'pressure' | 'vitals' | 'temperature' | 'hydration' | 'glucose' | 'ketone';

const MEASURING: Measuring = {
  variabilityShare: 1,
  variabilityScatter: 0.04,
  restingScatterBpm: 0.5,
  breathsBias: 0,
  saturationBias: 0,
  freshnessBias: 0,
  stressBias: 0,
  vo2maxBias: 0,
  bedTimeBiasSeconds: 0,
  wakeUpBiasSeconds: 0,
  awakeShare: 1,
  deepShare: 1,
  remShare: 1,
  distanceShare: 1,
  caloriesShare: 1,
  workoutHeartRateBiasBpm: 0,
  missedNights: 0.02,
};

/** On the finger: close to the truth at night, every night. */
const RING: Measuring = {
  ...MEASURING,
  variabilityShare: 0.97,
  variabilityScatter: 0.03,
  breathsBias: 0.1,
  bedTimeBiasSeconds: 60,
  awakeShare: 1.15,
  deepShare: 1.05,
  remShare: 0.95,
  missedNights: 0,
};

/** On the wrist: a little loose, so that it scatters more, and who lies still is asleep to it. */
const WATCH: Measuring = {
  ...MEASURING,
  variabilityShare: 0.88,
  variabilityScatter: 0.09,
  restingScatterBpm: 1.1,
  breathsBias: -0.4,
  saturationBias: -1.4,
  freshnessBias: -0.05,
  stressBias: -0.06,
  vo2maxBias: 1.8,
  bedTimeBiasSeconds: -240,
  wakeUpBiasSeconds: 210,
  awakeShare: 0.55,
  deepShare: 0.82,
  remShare: 1.12,
  distanceShare: 1.02,
  caloriesShare: 1.08,
  workoutHeartRateBiasBpm: 2.5,
  missedNights: 0.06,
};

const TYPICAL: Omit<Device, 'provider' | 'manufacturer' | 'name' | 'types' | 'body'> = {
  scopes: 'activity,body,daily,sleep',
  variability: 'rmssd',
  saturation: 'percent',
  strain: false,
  readiness: false,
  namedZones: false,
  stress: false,
  skinTemperature: false,
  naps: true,
  floors: true,
  sleepSummaryId: true,
  localization: 1,
  climb: 'meters',
  worn: 0.97,
  stepsPerThousand: 1_000,
  restingHeartRateBiasBpm: 0,
  measuring: MEASURING,
};

const DEVICES: readonly Device[] = [
  {
    ...TYPICAL,
    provider: 'OURA',
    manufacturer: 'Oura',
    name: 'Oura Ring Gen3',
    scopes: 'email,personal,daily,heartrate,workout,session,spo2',
    types: ['daily', 'sleep', 'body'],
    readiness: true,
    stress: true,
    skinTemperature: true,
    body: ['vitals', 'temperature'],
    stepsPerThousand: 1_040,
    restingHeartRateBiasBpm: -1.5,
    measuring: RING,
    floors: false,
    worn: 1,
  },
  {
    ...TYPICAL,
    provider: 'WHOOP',
    manufacturer: 'WHOOP',
    name: 'WHOOP 4.0',
    scopes: ' read:recovery, read:cycles,read:sleep ,read:workout,read:body_measurement',
    types: ['daily', 'sleep', 'activity', 'body'],
    strain: true,
    readiness: true,
    namedZones: true,
    body: ['scale', 'vitals'],
    worn: 0.95,
    stepsPerThousand: 960,
  },
  {
    ...TYPICAL,
    provider: 'GARMIN',
    manufacturer: 'Garmin',
    name: 'Forerunner 965',
    scopes: 'ACTIVITY_EXPORT,HEALTH_EXPORT',
    types: ['daily', 'sleep', 'activity', 'body'],
    stress: true,
    naps: false,
    sleepSummaryId: false,
    localization: 0,
    body: ['scale', 'pressure', 'vitals', 'hydration'],
    worn: 0.93,
    restingHeartRateBiasBpm: 1.5,
    measuring: WATCH,
  },
  {
    ...TYPICAL,
    provider: 'FITBIT',
    manufacturer: 'Fitbit',
    name: 'Charge 6',
    types: ['daily', 'sleep', 'activity', 'body'],
    namedZones: true,
    localization: null,
    climb: 'floors',
    body: ['scale', 'temperature'],
    stepsPerThousand: 1_060,
    restingHeartRateBiasBpm: 2,
  },
  {
    ...TYPICAL,
    provider: 'APPLE',
    manufacturer: 'Apple Inc.',
    name: 'Apple Watch',
    scopes: null,
    types: ['daily', 'sleep', 'activity', 'body'],
    variability: 'sdnn',
    saturation: 'fraction',
    sleepSummaryId: false,
    climb: 'floors',
    body: ['vitals', 'pressure'],
    worn: 0.94,
  },
  {
    ...TYPICAL,
    provider: 'WITHINGS',
    manufacturer: 'Withings',
    name: 'Body Scan',
    scopes: '',
    types: ['sleep', 'body'],
    localization: null,
    body: ['scale', 'pressure', 'temperature'],
    worn: 0.9,
  },
  {
    ...TYPICAL,
    provider: 'DEXCOM',
    manufacturer: 'Dexcom',
    name: 'Dexcom G7',
    scopes: 'offline_access',
    types: ['body'],
    body: ['glucose'],
  },
  {
    ...TYPICAL,
    provider: 'KETOMOJO',
    manufacturer: 'Keto-Mojo',
    name: 'GK+ Meter',
    types: ['body'],
    body: ['glucose', 'ketone'],
    worn: 0.6,
  },
];

export const PROVIDERS: readonly string[] = DEVICES.map((device) => device.provider);

/** @returns the device of a provider in any case, or null for one the simulator does not know */
export function deviceOf(provider: string): Device | null {
  return DEVICES.find((device) => device.provider === provider.toUpperCase()) ?? null;
}
