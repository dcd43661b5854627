import { dateOf } from '../calendar.ts';
import type { JsonObject } from '../json.ts';
import type { LifeDay } from '../life/day.ts';
import { episodeOn } from '../life/episodes.ts';
import { type Random, randomFrom, seedOf, uuidFrom } from '../random.ts';
import type { Device } from './devices.ts';

/** A day as one device has it. */
export type Wearing = { readonly device: Device; readonly life: LifeDay; readonly withSamples: boolean };

/**
 * Charged and on the body: single days are missed, and now and then a few in a row. A device that is worn
 * always is charged in the shower and misses none, so that somebody who has it has every day.
 */
export function isWorn({ device, life }: Wearing): boolean {
  if (device.worn === 1) return true;
  const seed = seedOf(life.person.seed, device.provider);
  const inDrawer = episodeOn(seed, life.day, {
    name: 'in the drawer',
    everyDays: 60,
    chance: 0.5,
    shortestDays: 2,
    longestDays: 5,
  });
  return inDrawer === null && randomFrom(seedOf(seed, 'worn', life.day))() < device.worn;
}

/** This device's own measuring noise, by what it measures. */
export function noiseOf({ device, life }: Wearing, what: string): Random {
  return randomFrom(seedOf(life.person.seed, device.provider, what, life.day));
}

export function summaryIdOf({ device, life }: Wearing, what: string): string {
  return uuidFrom(life.person.seed, device.provider, what, life.date);
}

export function deviceData({ device, life }: Wearing): JsonObject {
  const serial = seedOf(life.person.seed, device.provider, 'serial')
    .toString(16)
    .toUpperCase()
    .padStart(8, '0');
  return {
    name: device.name,
    manufacturer: device.manufacturer,
    hardware_version: null,
    software_version: `${3 + (seedOf(device.provider) % 9)}.${Math.floor(life.day / 60) % 10}.1`,
    serial_number: serial,
    activation_timestamp: null,
    last_upload_date: `${dateOf(life.day + 1)}T05:40:00.000000+00:00`,
    data_provided: ['STEPS', 'HEART_RATE', 'CALORIES', 'DISTANCE', 'SLEEP_TYPE'],
    other_devices: [],
  };
}

/** Percent, or the fraction some devices send instead. */
export function saturation(device: Device, percentage: number): number | null {
  if (device.saturation === null) return null;
  const value = Math.round(percentage * 10) / 10;
  return device.saturation === 'percent' ? value : Math.round(value * 10) / 1000;
}

/** The one variability measure this device knows, the other null. */
export function variability(device: Device, rmssdMs: number): JsonObject {
  const value = Math.round((device.variability === 'rmssd' ? rmssdMs : rmssdMs * 1.25) * 10) / 10;
  return device.variability === 'rmssd'
    ? { avg_hrv_rmssd: value, avg_hrv_sdnn: null }
    : { avg_hrv_rmssd: null, avg_hrv_sdnn: value };
}
