import { once } from 'node:events';
import { request } from 'node:http';
import type { GeneratedBody } from './body.ts';

export type Answer = { readonly status: number; readonly text: string };

/** Posts a body as it is made, no faster than it is taken. Throws where no answer comes. */
export async function deliver(url: string, body: GeneratedBody, signature: string): Promise<Answer> {
  const sent = request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': body.bytes,
      'terra-signature': signature,
    },
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    // Every one of them: a connection that is closed early may fail twice.
    sent.on('error', reject);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
  });
  await Promise.race([write(sent, body), answer]);
  return answer;
}

async function write(sent: ReturnType<typeof request>, body: GeneratedBody): Promise<void> {
  for (const chunk of body.chunks()) if (!sent.write(chunk)) await once(sent, 'drain');
  sent.end();
}
