import { expect, it } from 'vitest';
import { readBody, readRequestBody } from './read-body.ts';

const ADDRESS = 'https://amy.test/';

function post(body: BodyInit, headers: Record<string, string> = {}): Request {
  return new Request(ADDRESS, { method: 'POST', body, headers });
}

function text(read: Awaited<ReturnType<typeof readBody>>): string {
  return read.state === 'read' ? new TextDecoder().decode(read.bytes) : read.state;
}

it.each([
  ['as long as it may be', '12345', '12345'],
  ['longer', '123456', 'too_large'],
])('takes a body without a length: %s', async (_, body, expected) => {
  expect(text(await readBody(post(new Blob([body]).stream()), 5))).toBe(expected);
});

it.each([
  ['as long as it may be', '5', '12345', '12345'],
  ['longer by its own word, which is not read', '6', '1', 'too_large'],
  ['longer than its word', '1', '123456', 'too_large'],
])('takes a body that announces its length: %s', async (_, length, body, expected) => {
  expect(text(await readBody(post(body, { 'content-length': length }), 5))).toBe(expected);
});

it('does not believe what a response announces: it came compressed', async () => {
  let sent = 0;
  const stream = new ReadableStream({
    pull(controller) {
      sent += 1;
      if (sent > 100) controller.close();
      else controller.enqueue(new TextEncoder().encode('123456'));
    },
  });
  const response = new Response(stream, { headers: { 'content-length': '1' } });
  expect(text(await readBody(response, 5))).toBe('too_large');
  expect(sent).toBeLessThan(10);
});

it('gives the same bytes to the next who asks, and only as many as that one takes', async () => {
  const request = post('12345', { 'content-length': '5' });
  const [first, again] = [await readRequestBody(request, 5), await readRequestBody(request, 5)];
  expect(again).toEqual(first);
  expect(first.state === 'read' && again.state === 'read' && first.bytes === again.bytes).toBe(true);
  expect(await readRequestBody(request, 4)).toEqual({ state: 'too_large' });
});
