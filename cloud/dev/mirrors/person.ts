import { setTimeout as sleep } from 'node:timers/promises';
import { day, event, night, workout } from '../../test/support/events.ts';
import { FIXED_SECRETS } from '../local/fixed-secrets.ts';
import { mintToken } from '../local/token.ts';
import { signatureOf } from '../terra/delivery/signature.ts';
import type { Random } from '../terra/random.ts';
import type { Server } from './stored-rows.ts';

const REST_TIMEOUT_MS = 60_000;
const REST_POLL_MS = 5;
/** A token has to be newer than any erasure of its second, and may be a minute ahead. */
const TOKEN_AHEAD_MS = 2_000;
const TOKENS_AHEAD = 50;

/** Somebody whose data changes on the server in all the ways that data changes there. */
export class Person {
  readonly user: string;
  readonly #url: string;
  readonly #server: Server;
  readonly #random: Random;
  #terraId: string;
  #writes = 0;
  #tokens = 0;
  #lives = 0;

  constructor(user: string, url: string, server: Server, random: Random) {
    this.user = user;
    this.#url = url;
    this.#server = server;
    this.#random = random;
    this.#terraId = `${user}-terra-0`;
  }

  /** Another one each time: by it the relay knows a process. */
  token(): string {
    this.#tokens += 1;
    const issuedMs = Date.now() + TOKEN_AHEAD_MS + (this.#tokens % TOKENS_AHEAD) * 1_000;
    return mintToken(FIXED_SECRETS.AMY_JWT_SECRET, this.user, issuedMs);
  }

  /** One to three events, new, corrected, moved or taken back. */
  async write(): Promise<void> {
    for (let left = this.#below(3) + 1; left > 0; left -= 1) await this.#deliver();
    await this.#rest();
  }

  async writeProfile(): Promise<void> {
    this.#writes += 1;
    await this.#asPerson('PUT', '/v1/profile', { goal: `goal ${this.#writes}` });
  }

  async rebuild(): Promise<void> {
    const { status } = await this.#asOperator(`/admin/rebuild?user_id=${this.user}`);
    // Nobody is known yet where nothing was written.
    if (status !== 200 && status !== 202 && status !== 404) throw new Error(`a rebuild answered ${status}`);
    await this.#rest();
  }

  /** Is erased, and comes back with a new connection. */
  async leaveAndReturn(): Promise<void> {
    const { status } = await this.#asOperator(`/admin/user/${this.user}/wipe?force=true`);
    if (status !== 200 && status !== 404) throw new Error(`an erasure answered ${status}`);
    this.#lives += 1;
    this.#terraId = `${this.user}-terra-${this.#lives}`;
    await this.#asPerson('GET', '/v1/profile');
  }

  async #deliver(): Promise<void> {
    const [type, item] = this.#item();
    const body = Buffer.from(
      JSON.stringify(event(type, { user: this.user, terraId: this.#terraId }, [item])),
    );
    const signature = signatureOf(FIXED_SECRETS.TERRA_SIGNING_SECRET, body, Math.floor(Date.now() / 1_000));
    const headers = { 'content-type': 'application/json', 'terra-signature': signature };
    const answer = await fetch(`${this.#url}/webhook/terra`, { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(`a delivery answered ${answer.status}: ${await answer.text()}`);
    await answer.body?.cancel();
  }

  #item(): [type: string, item: unknown] {
    this.#writes += 1;
    const [one, other] = [this.#below(4) + 1, this.#below(4) + 1];
    switch (this.#below(4)) {
      case 0:
        return ['daily', day({ date: `2026-03-0${one}`, steps: this.#below(4) })];
      case 1: {
        const start = `2026-03-02T1${one}:00:00+01:00`;
        const uploadType = this.#below(4) === 0 ? 4 : 1;
        return [
          'activity',
          workout({ id: `run-${this.#below(2)}`, start, uploadType, calories: this.#writes }),
        ];
      }
      case 2: {
        const [start, end] = [`2026-03-0${one}T23:0${other}:00+01:00`, `2026-03-0${one + 1}T07:00:00+01:00`];
        return ['sleep', night({ id: `night-${other}`, start, end, score: 80 + this.#below(4) })];
      }
      default:
        return ['body', weighing(`2026-03-0${one}`, this.#writes, 70 + this.#below(3), 20 + this.#below(3))];
    }
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  async #rest(): Promise<void> {
    const deadline = Date.now() + REST_TIMEOUT_MS;
    while (!this.#server.isAtRest(this.user)) {
      if (Date.now() > deadline) throw new Error(`events or a rebuild of ${this.user} did not end`);
      await sleep(REST_POLL_MS);
    }
  }

  async #asOperator(path: string): Promise<Response> {
    const headers = { 'x-admin-key': FIXED_SECRETS.AMY_ADMIN_KEY };
    const answer = await fetch(this.#url + path, { method: 'POST', headers });
    await answer.body?.cancel();
    return answer;
  }

  async #asPerson(method: string, path: string, body?: unknown): Promise<void> {
    const headers = { authorization: `Bearer ${this.token()}`, 'content-type': 'application/json' };
    const answer = await fetch(this.#url + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    await answer.body?.cancel();
  }
}

function weighing(date: string, id: number, kg: number, fat: number): unknown {
  return {
    metadata: { start_time: `${date}T00:00:00+01:00`, summary_id: String(id) },
    measurements_data: {
      measurements: [
        {
          measurement_time: `${date}T07:00:00+01:00`,
          weight_kg: kg,
          bodyfat_percentage: fat,
          height_cm: 180,
        },
      ],
    },
  };
}
