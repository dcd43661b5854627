import { utcTime } from './calendar.ts';
import type { JsonObject } from './json.ts';
import { deviceOf } from './payloads/devices.ts';
import { seedOf, uuidFrom } from './random.ts';

/** One connection of one person, as Terra shows it. */
export type TerraUser = {
  readonly user_id: string;
  readonly provider: string;
  readonly reference_id: string | null;
  readonly scopes: string | null;
  readonly active: boolean;
  readonly created_at: string;
  readonly last_webhook_update: string | null;
};

/** Terra's list of connections. Ids depend on seed, person, provider and how often they connected. */
export class TerraUsers {
  readonly #seed: number;
  readonly #today: number;
  readonly #users = new Map<string, TerraUser>();
  readonly #generations = new Map<string, number>();
  readonly #updates = new Map<string, number>();

  constructor(seed: number, today: number) {
    this.#seed = seed;
    this.#today = today;
  }

  /** @throws RangeError for a provider the simulator does not know */
  add(referenceId: string | null, provider: string): TerraUser {
    const device = deviceOf(provider);
    if (device === null) throw new RangeError(`unknown provider: ${provider}`);
    const key = `${referenceId}\u0000${device.provider}`;
    const generation = (this.#generations.get(key) ?? 0) + 1;
    this.#generations.set(key, generation);
    const user: TerraUser = {
      user_id: uuidFrom(this.#seed, 'user', referenceId ?? '', device.provider, generation),
      provider: device.provider,
      reference_id: referenceId,
      scopes: device.scopes,
      active: true,
      created_at: utcTime(this.#today, 5 * 3_600).replace('Z', '.000000+00:00'),
      last_webhook_update: null,
    };
    this.#users.set(user.user_id, user);
    return user;
  }

  find(userId: string): TerraUser | null {
    return this.#users.get(userId) ?? null;
  }

  /** @throws RangeError where Terra has no such user */
  require(userId: string): TerraUser {
    const user = this.find(userId);
    if (user === null) throw new RangeError(`user not found: ${userId}`);
    return user;
  }

  list(): readonly TerraUser[] {
    return [...this.#users.values()];
  }

  change(user: TerraUser, changes: Partial<Pick<TerraUser, 'active' | 'scopes'>>): TerraUser {
    const changed = { ...user, ...changes };
    this.#users.set(user.user_id, changed);
    return changed;
  }

  remove(userId: string): void {
    this.#users.delete(userId);
  }

  /**
   * Two devices of one person live the same life; somebody without a reference is a person of their own.
   */
  personSeed(user: TerraUser): number {
    return seedOf(this.#seed, 'person', user.reference_id ?? user.user_id);
  }

  /**
   * The `user` of the next event of that kind. `last_webhook_update` moves on with every event, so that
   * asking for the same days twice gives other bytes with the same content.
   */
  asSentIn(user: TerraUser, kind: string): JsonObject {
    const key = `${user.user_id} ${kind}`;
    const update = (this.#updates.get(key) ?? 0) + 1;
    this.#updates.set(key, update);
    return {
      user_id: user.user_id,
      provider: user.provider,
      last_webhook_update:
        kind === 'auth' ? null : utcTime(this.#today, 6 * 3_600 + update).replace('Z', '.000000+00:00'),
      scopes: user.scopes,
      reference_id: user.reference_id,
      active: user.active,
    };
  }
}
