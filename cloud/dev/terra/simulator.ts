import { controlRoute, type Switches } from './api/control.ts';
import { credentialsRoute } from './api/credentials.ts';
import { dataRoute } from './api/data.ts';
import { labReportsRoute } from './api/lab-reports.ts';
import { payloadsRoute } from './api/payloads.ts';
import { originOf, serve } from './api/server.ts';
import { usersRoute } from './api/users.ts';
import { widgetRoute } from './api/widget.ts';
import { dayNumber } from './calendar.ts';
import { pushDays, pushOversize } from './data-webhooks.ts';
import type { Chaos } from './delivery/chaos.ts';
import { countsOf, type Delivery, type DeliveryCounts } from './delivery/delivery.ts';
import { loopbackUrl } from './delivery/loopback.ts';
import type { Headers } from './delivery/post.ts';
import type { JsonObject } from './json.ts';
import {
  DEFAULT_API_KEY,
  DEFAULT_DEV_ID,
  DEFAULT_LABS,
  type LabOptions,
  type TerraOptions,
} from './options.ts';
import type { DataType } from './payloads/devices.ts';
import { Terra } from './terra.ts';
import type { TerraUser } from './users.ts';

export type TerraSimulator = {
  /** `http://127.0.0.1:<port>`; Amy's TERRA_API_URL is `apiUrl`. */
  readonly url: string;
  readonly apiUrl: string;
  readonly devId: string;
  readonly apiKey: string;

  /** Logs a person in at a provider; a provider they already have is authenticated anew. */
  connect(referenceId: string, provider: string): TerraUser;
  users(): readonly TerraUser[];
  reauth(userId: string, first?: 'auth' | 'user_reauth'): TerraUser;
  revoke(userId: string): TerraUser;
  deauthenticate(userId: string): void;
  connectionError(userId: string): void;
  permissionChange(userId: string, added: readonly string[], removed: readonly string[]): TerraUser;
  healthcheck(): void;
  /** Any event at all, signed; `headers` go in place of the simulator's own. */
  deliver(body: JsonObject | string | Buffer, headers?: Headers): Delivery;
  /** Sends days unasked, as after a device has synced. Dates are YYYY-MM-DD, both included. */
  push(userId: string, startDate: string, endDate?: string): void;
  /**
   * Sends one webhook of exactly so many bytes: the items of a date, the last one that has some unless it is
   * named, with high-rate samples. Its body is not kept in `deliveries()`.
   */
  oversize(userId: string, type: DataType, bytes: number, date?: string): Delivery;

  chaos(changes: Partial<Chaos>): Chaos;
  labs(changes: Partial<LabOptions>): LabOptions;
  /** @throws RangeError for anything but this machine */
  pointWebhookAt(url: string): void;
  hold(): void;
  release(): void;

  /** Resolves when everything queued was acknowledged or given up. */
  settled(): Promise<void>;
  deliveries(): readonly Delivery[];
  counts(): DeliveryCounts;
  close(): Promise<void>;
};

/** Starts a Terra on a free port of this machine. Everything it makes up follows from seed and today. */
export async function startTerra(options: TerraOptions): Promise<TerraSimulator> {
  const terra = new Terra(options);
  const clock = options.clock ?? Date.now;
  const devId = options.devId ?? DEFAULT_DEV_ID;
  const apiKey = options.apiKey ?? DEFAULT_API_KEY;
  const switches: Switches = { labs: { ...DEFAULT_LABS, ...options.labs } };
  const server = await serve(options.port ?? 0, terra.sender, [
    controlRoute(terra, switches),
    payloadsRoute(terra.payloads),
    credentialsRoute(devId, apiKey),
    dataRoute(terra, clock),
    usersRoute(terra, options.userInfo ?? 'array'),
    widgetRoute(terra, clock),
    labReportsRoute(terra, () => switches.labs),
  ]);
  const url = originOf(server);
  terra.origin = url;
  return {
    url,
    apiUrl: `${url}/v2`,
    devId,
    apiKey,
    connect: (referenceId, provider) => terra.connect(referenceId, provider),
    users: () => terra.users.list(),
    reauth: (userId, first = 'auth') => terra.reauth(userId, first),
    revoke: (userId) => terra.revoke(userId),
    deauthenticate: (userId) => terra.deauthenticate(userId),
    connectionError: (userId) => terra.connectionError(userId),
    permissionChange: (userId, added, removed) => terra.permissionChange(userId, added, removed),
    healthcheck: () => terra.healthcheck(),
    deliver: (body, headers) => terra.deliver(body, headers),
    push: (userId, startDate, endDate = startDate) =>
      pushDays(terra, userId, dayNumber(startDate), dayNumber(endDate)),
    oversize: (userId, type, bytes, date) =>
      pushOversize(terra, userId, type, bytes, date === undefined ? null : dayNumber(date)).delivery,
    chaos: (changes) => terra.chaos(changes),
    labs: (changes) => {
      switches.labs = { ...switches.labs, ...changes };
      return switches.labs;
    },
    pointWebhookAt: (webhookUrl) => terra.sender.pointAt(loopbackUrl(webhookUrl)),
    hold: () => terra.sender.hold(),
    release: () => terra.sender.release(),
    settled: () => terra.sender.idle(),
    deliveries: () => terra.sender.deliveries(),
    counts: () => countsOf(terra.sender.deliveries()),
    close: () =>
      new Promise((resolve) => {
        terra.sender.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
