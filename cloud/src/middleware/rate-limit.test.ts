import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { PersonApp } from '../app-env.ts';
import { sha256Hex } from '../digest.ts';
import { ApiError } from '../errors.ts';
import { asUserId } from '../ids.ts';
import { loginLimit, personLimit, wrongKeyLimit } from './rate-limit.ts';
import { ask, refusalOf, smallApp } from './small-app.fixture.ts';

type Limiter = { readonly binding: RateLimit; readonly counted: string[] };

/** Stands for the platform's limiter: what it says is decided here, whom it counted can be read. */
function limiter(says: boolean | 'nothing'): Limiter {
  const counted: string[] = [];
  const limit = async ({ key }: { key: string }) => {
    counted.push(key);
    if (says === 'nothing') throw new Error('the limiter is away');
    return { success: says };
  };
  return { binding: { limit }, counted };
}

const LIMITED = [429, 'rate_limited', 60];

describe('a person’s requests', () => {
  const app = smallApp<PersonApp>()
    .use(async (c, next) => {
      c.set('userId', asUserId('user_ana'));
      await next();
    })
    .use(personLimit)
    .get('/', (c) => c.text('inside'));
  const asked = ({ binding }: Limiter) => ask(app, '/', { env: { ...env, PERSON_LIMIT: binding } });

  it('are counted under a hash of who asks', async () => {
    const used = limiter(true);
    expect((await asked(used)).status).toBe(200);
    expect(used.counted).toEqual([sha256Hex('user_ana')]);
  });

  it('past the limit are told to wait', async () => {
    expect(await refusalOf(await asked(limiter(false)))).toEqual(LIMITED);
  });

  it('pass where the limiter does not answer', async () => {
    expect((await asked(limiter('nothing'))).status).toBe(200);
  });
});

describe('a wrong key', () => {
  const app = smallApp()
    .use(wrongKeyLimit)
    .get('/right', (c) => c.text('inside'))
    .get('/wrong', () => {
      throw new ApiError('unauthorized', 'wrong');
    })
    .get('/unknown', () => {
      throw new ApiError('not_found', 'no such thing');
    });
  const asked = (path: string, { binding }: Limiter, address?: string) =>
    ask(app, path, {
      headers: address === undefined ? {} : { 'cf-connecting-ip': address },
      env: { ...env, WRONG_KEY_LIMIT: binding },
    });

  it('within the limit is refused as what it is', async () => {
    expect(await refusalOf(await asked('/wrong', limiter(true)))).toEqual([401, 'unauthorized']);
  });

  it('past the limit is told to wait', async () => {
    expect(await refusalOf(await asked('/wrong', limiter(false)))).toEqual(LIMITED);
  });

  it('stays refused where the limiter does not answer', async () => {
    expect(await refusalOf(await asked('/wrong', limiter('nothing')))).toEqual([401, 'unauthorized']);
  });

  it.each(['/right', '/unknown'])('is all that is counted, not %s', async (path) => {
    const used = limiter(false);
    expect((await asked(path, used)).status).not.toBe(429);
    expect(used.counted).toEqual([]);
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['2001:db8:1::', '2001:db8:1:0'],
    [undefined, ''],
  ])('of %s is counted as of %s', async (address, counted) => {
    const used = limiter(true);
    await asked('/wrong', used, address);
    expect(used.counted).toEqual([counted]);
  });

  it('from one of many networks of one customer counts for all of them', async () => {
    const used = limiter(false);
    const response = await ask(app, '/wrong', {
      headers: { 'cf-connecting-ip': '2001:db8:1:2::9' },
      env: { ...env, WRONG_KEY_LIMIT: limiter(true).binding, PERSON_LIMIT: used.binding },
    });
    expect(await refusalOf(response)).toEqual(LIMITED);
    expect(used.counted).toEqual(['network 2001:db8:1']);
  });
});

describe('a login that begins', () => {
  const app = smallApp().post('/', loginLimit, (c) => c.text('begun'));
  const asked = ({ binding }: Limiter) =>
    ask(app, '/', {
      method: 'POST',
      headers: { 'cf-connecting-ip': '192.0.2.7' },
      env: { ...env, WRONG_KEY_LIMIT: binding },
    });

  it('is counted by address, apart from wrong keys', async () => {
    const used = limiter(true);
    expect((await asked(used)).status).toBe(200);
    expect(used.counted).toEqual(['login 192.0.2.7']);
  });

  it('past the limit is told to wait', async () => {
    expect(await refusalOf(await asked(limiter(false)))).toEqual(LIMITED);
  });

  it('does not pass where the limiter does not answer', async () => {
    expect(await refusalOf(await asked(limiter('nothing')))).toEqual([503, 'unavailable', 60]);
  });
});
