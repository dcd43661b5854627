import { expect, it } from 'vitest';
import { openBody } from './open-body.ts';

const BOUNDS = { wholeBytesMax: 5, bytesMax: 7 };

/** What came of a body: its text where it was taken, else why it was not. */
async function opened(body: string, length: string | null): Promise<string> {
  const headers: Record<string, string> = length === null ? {} : { 'content-length': length };
  const request = new Request('https://amy.test/', {
    method: 'POST',
    body: length === null ? new Blob([body]).stream() : body,
    headers,
  });
  const read = await openBody(request, BOUNDS);
  if (read.state === 'too_large') return read.state;
  const decoder = new TextDecoder();
  if (read.state === 'whole') return `whole ${decoder.decode(read.bytes)}`;
  let text = 'large ';
  for await (const chunk of read.chunks) text += decoder.decode(chunk);
  return text;
}

it.each([
  ['as long as is held whole', '12345', '5', 'whole 12345'],
  ['longer than is held whole', '123456', '6', 'large 123456'],
  ['longer than is taken, by its own word', '1', '8', 'too_large'],
  ['longer than is taken, whatever it says', '12345678', '5', 'too_large'],
  ['without a length, as long as is held whole', '12345', null, 'whole 12345'],
  ['without a length, longer than is held whole', '123456', null, 'large 123456'],
  ['without a length, longer than is taken', '12345678', null, 'too_large'],
])('opens a body that is %s', async (_, body, length, expected) => {
  expect(await opened(body, length)).toBe(expected);
});
