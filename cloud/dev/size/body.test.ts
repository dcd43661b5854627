import { expect, it } from 'vitest';
import { activityBody } from './body.ts';

it.each([2_000, 2_001, 2_050, 300_000])(
  'makes an activity of exactly %d bytes, the same each time',
  (bytes) => {
    const body = activityBody('user_a', 'terra-a', bytes);
    const [one, other] = [Buffer.concat([...body.chunks()]), Buffer.concat([...body.chunks()])];
    expect(one.byteLength).toBe(bytes);
    expect(other.equals(one)).toBe(true);
    expect(JSON.parse(one.toString('utf8'))).toMatchObject({
      type: 'activity',
      user: { user_id: 'terra-a', reference_id: 'user_a' },
      data: [{ distance_data: { summary: { distance_meters: 42_195 } } }],
    });
  },
);
