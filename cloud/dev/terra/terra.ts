import { dayNumber } from './calendar.ts';
import type { DataRequest } from './data-request.ts';
import { type Chaos, NO_CHAOS, withChanges } from './delivery/chaos.ts';
import type { Delivery, Emission } from './delivery/delivery.ts';
import { loopbackUrl } from './delivery/loopback.ts';
import { PingPayloads } from './delivery/ping-payloads.ts';
import type { Headers } from './delivery/post.ts';
import { Sender } from './delivery/sender.ts';
import * as events from './events.ts';
import { type JsonObject, parseJsonObject, stringIn } from './json.ts';
import { CONCURRENT_DELIVERIES, RETRY_DELAYS_MS, WEBHOOK_TIMEOUT_MS } from './limits.ts';
import type { TerraOptions } from './options.ts';
import { DATA_TYPES, type DataType } from './payloads/devices.ts';
import { uuidFrom } from './random.ts';
import { type TerraUser, TerraUsers } from './users.ts';

/** Terra itself: its connections, what happens to them, and the webhooks that tell of it. */
export class Terra {
  readonly seed: number;
  readonly today: number;
  readonly users: TerraUsers;
  readonly sender: Sender;
  readonly payloads: PingPayloads;
  /** Where the simulator serves; known once it does. */
  origin = '';
  /** Whether chunks are sent under `<reference>:chunk:<n>`. */
  readonly chunkSuffix: boolean;
  readonly #run: string;
  readonly #counted = new Map<string, number>();

  constructor(options: TerraOptions) {
    this.seed = options.seed;
    this.today = dayNumber(options.today);
    this.users = new TerraUsers(options.seed, this.today);
    this.#run = options.run === undefined ? '' : `${options.run} `;
    this.chunkSuffix = options.chunkSuffix ?? false;
    this.sender = new Sender(
      {
        seed: options.seed,
        secret: options.secret,
        retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
        concurrency: options.concurrency ?? CONCURRENT_DELIVERIES,
        timeoutMs: options.timeoutMs ?? WEBHOOK_TIMEOUT_MS,
        keepBodies: options.keepBodies ?? true,
        clock: options.clock ?? Date.now,
      },
      withChanges(NO_CHAOS, options.chaos ?? {}),
    );
    this.payloads = new PingPayloads(options.clock ?? Date.now);
    if (options.webhookUrl !== undefined) this.sender.pointAt(loopbackUrl(options.webhookUrl));
  }

  /** Counts what is of a kind, from 1. */
  nextNumber(kind: string): number {
    const count = (this.#counted.get(kind) ?? 0) + 1;
    this.#counted.set(kind, count);
    return count;
  }

  /** The next name of its kind: no other in this run, the same in the next. */
  nextName(kind: string): string {
    return uuidFrom(this.seed, kind, this.nextNumber(kind));
  }

  chaos(changes: Partial<Chaos>): Chaos {
    this.sender.chaos = withChanges(this.sender.chaos, changes);
    return this.sender.chaos;
  }

  /** Somebody logs in at a provider. One they are already connected to is authenticated anew. */
  connect(referenceId: string | null, provider: string, widgetSessionId: string | null = null): TerraUser {
    const earlier = this.users
      .list()
      .find((one) => one.reference_id === referenceId && one.provider === provider.toUpperCase());
    if (earlier !== undefined && referenceId !== null) return this.reauth(earlier.user_id, 'auth');
    const user = this.users.add(referenceId, provider);
    this.tell(events.authEvent(this.users.asSentIn(user, 'auth'), widgetSessionId));
    return user;
  }

  /** A new id takes the place of the old one; `first` names the event that leaves first. */
  reauth(userId: string, first: 'auth' | 'user_reauth'): TerraUser {
    const old = this.users.require(userId);
    const user = this.users.add(old.reference_id, old.provider);
    this.users.remove(userId);
    const bodies = [
      events.authEvent(this.users.asSentIn(user, 'auth'), null),
      events.userReauthEvent(
        this.users.asSentIn({ ...old, active: false }, 'event'),
        this.users.asSentIn(user, 'event'),
      ),
    ];
    for (const body of first === 'auth' ? bodies : bodies.reverse()) this.tell(body);
    return user;
  }

  cancelAuth(referenceId: string | null): void {
    this.tell(events.authCancelledEvent(this.nextName('flow'), referenceId));
  }

  /** The person withdrew access at the provider. Terra keeps the connection, inactive. */
  revoke(userId: string): TerraUser {
    const user = this.users.change(this.users.require(userId), { active: false });
    this.tell(events.accessRevokedEvent(this.users.asSentIn(user, 'event')));
    return user;
  }

  /** Terra forgets the connection. */
  deauthenticate(userId: string): void {
    const user = this.users.require(userId);
    this.users.remove(userId);
    this.tell(events.deauthEvent(this.users.asSentIn({ ...user, active: false }, 'event')));
  }

  connectionError(userId: string): void {
    this.tell(events.connectionErrorEvent(this.users.asSentIn(this.users.require(userId), 'event')));
  }

  permissionChange(userId: string, added: readonly string[], removed: readonly string[]): TerraUser {
    const user = this.users.require(userId);
    const kept = (user.scopes ?? '')
      .split(',')
      .filter((one) => one.trim() !== '' && !removed.includes(one.trim()));
    const changed = this.users.change(user, { scopes: [...kept, ...added].join(',') });
    this.tell(events.permissionChangeEvent(this.users.asSentIn(changed, 'event'), added, removed));
    return changed;
  }

  healthcheck(): void {
    this.tell(events.healthcheckEvent(this.nextName('healthcheck')));
  }

  /** Anything at all, signed; `headers` are sent as well or in place of the simulator's. */
  deliver(body: JsonObject | string | Buffer, headers: Headers = {}): Delivery {
    const bytes = Buffer.isBuffer(body)
      ? body
      : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const parsed = parseJsonObject(bytes.toString());
    const type = (parsed === null ? null : stringIn(parsed, 'type')) ?? 'none';
    return this.sender.emit({ type, body: bytes, reference: null, headers });
  }

  request(
    user: TerraUser,
    type: DataType,
    startDay: number,
    endDay: number,
    withSamples: boolean,
  ): DataRequest {
    return {
      user,
      type,
      startDay,
      endDay,
      withSamples,
      reference: this.nextName(`request ${this.#run}${user.user_id} ${type}`),
    };
  }

  /** Announces an event, whatever it is about; the body says the rest. */
  tell(body: JsonObject, reference: string | null = null): void {
    const type = stringIn(body, 'type') ?? 'none';
    this.#emit({ type, body: Buffer.from(JSON.stringify(body)), reference, headers: {} });
  }

  /** As `tell`, for a large body that is already text; it is not kept once it is delivered. */
  tellLarge(type: DataType, body: Buffer): Delivery {
    return this.#emit({ type, body, keepBody: false, reference: null, headers: {} });
  }

  #emit(emission: Emission): Delivery {
    const { pings } = this.sender.chaos;
    const isData = DATA_TYPES.some((type) => type === emission.type);
    const sent = pings && isData ? this.#pingOf(emission) : emission;
    return isData && this.#isLost(emission) ? this.sender.lose(sent) : this.sender.emit(sent);
  }

  /** The answer to a request always comes. */
  #isLost({ reference }: Emission): boolean {
    const every = this.sender.chaos.loseEvery;
    return reference === null && every > 0 && this.nextNumber('unasked') % every === 0;
  }

  #pingOf({ body, reference, headers }: Emission): Emission {
    const { pingLifeSeconds, pingOrigin } = this.sender.chaos;
    const path = this.payloads.keep(
      this.nextName('payload'),
      this.nextName('payload signature'),
      body,
      pingLifeSeconds,
    );
    const ping = events.s3PayloadEvent(`${pingOrigin ?? this.origin}${path}`, pingLifeSeconds);
    return { type: 's3_payload', body: Buffer.from(JSON.stringify(ping)), reference, headers };
  }
}
