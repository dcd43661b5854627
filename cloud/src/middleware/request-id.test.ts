import { expect, it } from 'vitest';
import { requestId } from './request-id.ts';
import { ask, smallApp } from './small-app.fixture.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const app = smallApp()
  .use(requestId)
  .get('/', (c) => c.json({ id: c.get('requestId') }));

async function idOf(headers: Record<string, string> = {}): Promise<string | null> {
  const response = await ask(app, '/', { headers });
  const told = response.headers.get('x-request-id');
  expect(await response.json()).toEqual({ id: told });
  return told;
}

it('every request has an id of its own, and is told it', async () => {
  const [one, other] = [await idOf(), await idOf()];
  expect(one).toMatch(UUID);
  expect(other).toMatch(UUID);
  expect(one).not.toBe(other);
});

it('a caller’s own id is not taken', async () => {
  const given = crypto.randomUUID();
  expect(await idOf({ 'x-request-id': given })).not.toBe(given);
});
