import { inject, onTestFinished } from 'vitest';
import { SECRET } from './stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of cloud/dev/terra/testing/serve-simulators.ts, which starts them in Node. */
    simulatorsUrl: string;
  }
}

/** One delivery, as it came over the wire. */
export type Mail = { readonly headers: Record<string, string>; readonly body: Uint8Array };

/** A Terra simulator of one test's own, asked over HTTP. */
export type Simulator = {
  readonly url: string;
  /** `POST /sim/<command>`; throws what the simulator says is wrong. */
  readonly control: (command: string, body: object) => Promise<Record<string, unknown>>;
  /** Asks for days of a kind as the Worker does, to the webhook. */
  readonly ask: (type: string, query: Record<string, string>) => Promise<void>;
  /** What it has delivered since the last call, once everything asked for is. */
  readonly mail: () => Promise<Mail[]>;
};

export async function newSimulator(seed: number, today = '2026-06-30'): Promise<Simulator> {
  const server = inject('simulatorsUrl');
  const started = await fetch(`${server}/start`, {
    method: 'POST',
    body: JSON.stringify({ seed, today, secret: SECRET }),
  });
  const { id, url } = await started.json<{ id: string; url: string }>();
  onTestFinished(async () => {
    await fetch(`${server}/stop/${id}`, { method: 'POST' });
  });
  let seen = 0;
  return {
    url,
    async control(command, body) {
      const response = await fetch(`${url}/sim/${command}`, { method: 'POST', body: JSON.stringify(body) });
      const answer = await response.json<Record<string, unknown>>();
      if (response.status !== 200) throw new Error(`/sim/${command}: ${JSON.stringify(answer)}`);
      return answer;
    },
    async ask(type, query) {
      const headers = { 'dev-id': 'local-dev-id', 'x-api-key': 'local-api-key' };
      const response = await fetch(`${url}/v2/${type}?${new URLSearchParams(query)}`, { headers });
      if (response.status !== 200) throw new Error(`/${type}: ${await response.text()}`);
    },
    async mail() {
      await (await fetch(`${url}/sim/settled`)).arrayBuffer();
      const listed = await fetch(`${server}/mail/${id}`);
      const all = await listed.json<{ headers: Record<string, string> }[]>();
      const unseen: Mail[] = [];
      for (; seen < all.length; seen += 1) {
        const body = await fetch(`${server}/mail/${id}/${seen}`);
        unseen.push({ headers: all[seen]?.headers ?? {}, body: new Uint8Array(await body.arrayBuffer()) });
      }
      return unseen;
    },
  };
}
