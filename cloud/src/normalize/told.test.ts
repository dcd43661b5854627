import { expect, it } from 'vitest';
import { storedEvent, USER } from './event.fixture.ts';
import { normalize } from './normalize.ts';
import { toldBy } from './told.ts';
import type { ActivityContribution } from './types.ts';

const TIMES = { start_time: '2026-03-08T10:00:00+01:00', end_time: '2026-03-08T11:00:00+01:00' };

it.each([
  [{ name: 'Morning Run', type: 8 }, 'metadata.name', null],
  // Stored without the NUL.
  [{ name: 'Morning\u0000 Run', type: 8 }, 'metadata.name', null],
  [{ name: '  ', type: 8 }, 'metadata.type', 'the title of the type'],
])('says of the name of an activity %o where it stands', (named, path, reading) => {
  const payload = { user: USER, data: [{ metadata: { ...TIMES, summary_id: 'a', ...named } }] };
  const read = normalize(storedEvent('activity'), payload);
  const isActivity = (one: { kind: string }): one is ActivityContribution => one.kind === 'activity';
  const activity = read.state === 'normalized' ? read.contributions.find(isActivity) : undefined;
  if (activity === undefined) throw new Error('no activity');
  expect(toldBy(activity, payload).activity_name).toEqual({ paths: [`data[0].${path}`], reading });
});
