import { describe, expect, it } from 'vitest';
import { worstBodies } from '../dev/budget/bodies.ts';
import { LOGIN_BODY_BYTES_MAX } from '../src/limits.ts';
import { OPERATIONS } from './support/documented.ts';
import { asOperator, asPerson, deliver, newUser, request, sign } from './support/stack.ts';
import { newTerra } from './support/terra.ts';

/** The list behind `npm run budget`, in small: whether it is whole, and that each of its bodies is answered. */

const terra = newTerra();
await terra.answers('/lab-reports', 202, { upload_id: 'upl-budget' });
await terra.answers('/userInfo', 200, []);
await terra.answers('/auth/generateWidgetSession', 200, { url: 'https://terra.test/1', expires_in: 900 });

const SAMPLE = worstBodies({ json: 100_000, file: 300_000, whole: 300_000, streamed: 300_000 });

/** Routes that read a body, and of which none is documented: signed ones have no place in the document. */
const UNDOCUMENTED = ['POST /webhook/terra'];

describe('the budget', () => {
  it('measures every route that takes a body', () => {
    const withBody = OPERATIONS.filter(({ takesBody }) => takesBody).map(
      ({ method, path }) => `${method} ${path}`,
    );
    const measured = new Set(SAMPLE.map(({ route }) => route));
    expect([...measured].toSorted()).toEqual([...withBody, ...UNDOCUMENTED].toSorted());
  });

  it.each(SAMPLE.map((one) => [one.route, one.what, one] as const))('%s: %s', async (route, _, worst) => {
    const [method = '', path = ''] = route.split(' ');
    const body = worst.bytes();
    const init = { method, body, headers: worst.headers, env: terra.env };
    const answer = async () => {
      switch (worst.sender) {
        case 'person':
          return asPerson(newUser(), path, init);
        case 'terra':
          return deliver(body, { path, env: terra.env });
        case 'forger':
          return request(path, { ...init, headers: { 'terra-signature': sign('another') } });
        case 'operator':
          return asOperator(path, init);
        case 'nobody':
          return request(path, init);
      }
    };
    const { status } = await answer();
    expect(status).toBeLessThan(500);
    // Only at full size is a delivery too much to be parsed.
    if (worst.status !== 0 && worst.sender !== 'terra') expect(status).toBe(worst.status);
    expect(body.byteLength).toBeLessThanOrEqual(
      worst.route.includes('/auth/device') ? LOGIN_BODY_BYTES_MAX : 300_000,
    );
  });
});
