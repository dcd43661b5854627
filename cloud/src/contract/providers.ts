/**
 * Makers of devices and accounts, by Terra's names in lower case, as rows and connections have them. Terra has more and
 * adds some: the list is for who asks what there is, and for names that the project itself uses; nothing is refused
 * because it is not in it.
 */
export const PROVIDERS = [
  'apple',
  'coros',
  'dexcom',
  'eight',
  'fitbit',
  'freestylelibre',
  'garmin',
  'google',
  'huawei',
  'ketomojo',
  'omron',
  'oura',
  'peloton',
  'polar',
  'strava',
  'suunto',
  'trainingpeaks',
  'ultrahuman',
  'wahoo',
  'whoop',
  'withings',
  'zwift',
] as const;

export type Provider = (typeof PROVIDERS)[number];

/** What is read on the phone, by an app: Terra's page does not offer it. */
export const PHONE_PROVIDERS: readonly Provider[] = ['apple'];
