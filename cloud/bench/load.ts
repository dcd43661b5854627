import { Agent, request } from 'node:http';
import { FIXED_SECRETS } from '../dev/local/fixed-secrets.ts';
import { signatureOf } from '../dev/terra/delivery/signature.ts';
import type { Sample } from './rounds.ts';
import type { Runtime } from './runtime.ts';

export type Delivered = { readonly status: number; readonly answer: Buffer };

/** Sends signed bodies over so many connections, each body once; answers what came, in the order of the bodies. */
export async function deliverAll(
  runtime: Runtime,
  path: string,
  bodies: readonly Uint8Array[],
  clients: number,
): Promise<readonly Delivered[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const now = Math.floor(Date.now() / 1_000);
  const signed = bodies.map((body) => signatureOf(FIXED_SECRETS.TERRA_SIGNING_SECRET, body, now));
  const answers: Delivered[] = [];
  let next = 0;
  const client = async () => {
    while (next < bodies.length) {
      const nth = next;
      next += 1;
      const body = bodies[nth] ?? new Uint8Array();
      answers[nth] = await post(agent, `${runtime.url}${path}`, body, signed[nth] ?? '');
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  const failed = answers.find(({ status }) => status !== 200);
  if (failed !== undefined) throw new Error(`a delivery was answered ${failed.status}: ${failed.answer}`);
  return answers;
}

function post(agent: Agent, url: string, body: Uint8Array, signature: string): Promise<Delivered> {
  const { promise, resolve, reject } = Promise.withResolvers<Delivered>();
  const headers = {
    'content-type': 'application/json',
    'content-length': body.byteLength,
    'terra-signature': signature,
  };
  const sent = request(url, { agent, method: 'POST', headers }, (answer) => {
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.once('end', () => resolve({ status: answer.statusCode ?? 0, answer: Buffer.concat(chunks) }));
    answer.once('error', reject);
  });
  sent.once('error', reject);
  sent.end(body);
  return promise;
}

/** Ids of the events that were stored, in the order of the answers. */
export function eventIds(answers: readonly Delivered[]): readonly number[] {
  return answers.map(({ answer }) => {
    const { raw_event_id: id } = JSON.parse(answer.toString()) as { raw_event_id?: number };
    if (id === undefined) throw new Error(`an answer names no event: ${answer}`);
    return id;
  });
}

/** How long the work took, and what the runtime spent meanwhile. */
export async function timed(runtime: Runtime, work: () => Promise<unknown>): Promise<Sample> {
  const cpuBefore = runtime.process.cpuMs();
  const startedMs = performance.now();
  await work();
  const wallMs = performance.now() - startedMs;
  return { wallMs, cpuMs: runtime.process.cpuMs() - cpuBefore };
}
