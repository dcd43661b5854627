import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { filledMirror } from './support/filled-mirror.ts';
import { runHere } from './support/in-process.ts';
import { daily, pageReply, T2 } from './support/pages.ts';
import { sync } from './support/synced.ts';
import { rowsOf, temporaryFolder } from './support/temporary.ts';

const DAY = '2026-03-01';

function file(): string {
  return filledMirror({
    daily_summary: [
      daily('oura', DAY, { steps: 1, heart_rate_variability: 40, sleep_minutes: 400 }),
      daily('garmin', DAY, { steps: 2, heart_rate_variability: 50, sleep_minutes: 410 }),
      daily('zepp', DAY, { steps: 3, heart_rate_variability: 60 }),
    ],
  });
}

async function order(path: string, ...argv: readonly string[]) {
  const { code, stdout, stderr } = await runHere(['sources', 'order', ...argv, '--json', '--db', path], {});
  return code === 0 ? JSON.parse(stdout) : [code, JSON.parse(stderr).error];
}

const shown = (path: string) =>
  rowsOf(path, 'select steps, heart_rate_variability as hrv, sleep_minutes as sleep from summary')[0];

const DEFAULTS = ['oura', 'whoop', 'garmin', 'fitbit', 'apple', 'withings', 'polar'];

describe('amy sources order', () => {
  it('shows the order, puts the named first, of all metrics or of one, and forgets what it was told', async () => {
    const path = file();
    expect(await order(path)).toEqual({ database: path, order: DEFAULTS, for: {}, unlisted: ['zepp'] });
    expect((await order(path, 'Garmin', 'zepp')).order).toEqual([
      'garmin',
      'zepp',
      ...DEFAULTS.filter((one) => one !== 'garmin'),
    ]);
    expect(shown(path)).toEqual({ steps: 2, hrv: 50, sleep: 410 });
    await order(path, 'zepp', '--for', 'heart_rate_variability');
    expect((await order(path, 'oura', 'garmin', '--for', 'night')).for).toEqual({
      heart_rate_variability: ['zepp'],
      night: ['oura', 'garmin'],
    });
    expect(shown(path)).toEqual({ steps: 2, hrv: 60, sleep: 400 });
    expect((await order(path, '--for', 'night')).for).toEqual({ night: ['oura', 'garmin'] });
    expect((await order(path, '--for', 'steps')).for).toEqual({});
    const { stdout } = await runHere(['sources', 'order', '--for', 'steps', '--db', path], {});
    expect(stdout).toContain('For steps that is the order, too.\n');
    expect((await order(path, '--reset', '--for', 'night')).for).toEqual({
      heart_rate_variability: ['zepp'],
    });
    expect(await order(path, '--reset')).toMatchObject({ order: DEFAULTS, for: {} });
    expect(shown(path)).toEqual({ steps: 1, hrv: 40, sleep: 400 });
  });

  it('is told by `amy explain`', async () => {
    const path = file();
    await order(path, 'zepp', 'garmin', '--for', 'steps');
    await order(path, 'garmin', '--for', 'night');
    const why = async (column: string) =>
      (await runHere(['explain', DAY, column, '--offline', '--db', path], {})).stdout.split('\n').slice(1, 4);
    expect(await why('steps')).toEqual([
      'Why zepp: zepp comes before garmin in your source order for steps.',
      'garmin says 2: it comes later in your source order for steps.',
      'oura says 1: it is not in your source order for steps.',
    ]);
    expect((await why('sleep_minutes')).slice(0, 2)).toEqual([
      'Why garmin: all of a night comes from one source, and garmin comes before oura in your source order for nights.',
      'oura says 400 min: it is not in your source order for nights.',
    ]);
    expect((await why('heart_rate_variability'))[0]).toBe(
      'Why oura: oura comes before garmin in your source order.',
    );
  });

  it('stays over a sync, a full one, and one that gives the file another layout', async () => {
    const path = file();
    await order(path, 'garmin');
    await order(path, 'zepp', '--for', 'steps');
    const kept = await order(path);
    for (const more of [{}, { full: true }]) {
      await sync(path, [pageReply(T2, {})], more);
      expect(await order(path)).toMatchObject({ order: kept.order, for: { steps: ['zepp'] } });
    }
    const database = new DatabaseSync(path);
    // A layout that had no order of one metric yet.
    database.exec(
      "update sync_state set schema_version = 'older'; drop table metric_source_order; drop index source_order_ranks",
    );
    database.close();
    expect(await order(path, 'oura')).toEqual([1, expect.objectContaining({ code: 'other_layout' })]);
    await sync(path, [pageReply(T2, {})]);
    expect(await order(path)).toMatchObject({ order: kept.order, for: {} });
  });

  it('refuses what it does not know, and makes no file', async () => {
    const path = file();
    const before = await order(path);
    for (const [argv, message] of [
      [['ourra'], /no source "ourra": known are .*oura.*zepp/],
      [['oura', 'OURA'], /oura is named twice/],
      [['oura', '--reset'], /name sources or say --reset, not both/],
      [['oura', '--for', 'sleep_minutes'], /say --for night/],
      [['oura', '--for', 'hrv_method'], /say --for heart_rate_variability/],
      [['oura', '--for', 'mood'], /no column of a day/],
    ] as const) {
      expect(await order(path, ...argv)).toEqual([
        2,
        { code: 'usage', message: expect.stringMatching(message) },
      ]);
    }
    expect(await order(path)).toEqual(before);
    const absent = `${temporaryFolder()}/none.sqlite`;
    expect(await order(absent, 'oura')).toEqual([1, expect.objectContaining({ code: 'not_synced' })]);
    expect(await order(absent)).toEqual([1, expect.objectContaining({ code: 'not_synced' })]);
  });
});
