import { z } from 'zod';
import type { UserId } from '../ids.ts';
import { TERRA_WIDGET_LIFE_S } from '../limits.ts';
import { callTerra, type ListedUser, listedUser, type TerraAnswer } from './client.ts';

/** What Terra's REST API offers for connections besides ending one: making one, and the list of all. */

export type WidgetRequest = {
  readonly referenceId: UserId;
  /** Where the person is sent afterwards, whether it succeeded or not. */
  readonly redirectUrl: string | null;
  /** Terra's names, upper case; none means all that the account offers. */
  readonly providers: readonly string[];
};

/** Where a person connects a device, and for how many seconds. */
export type WidgetSession = { readonly url: string; readonly expiresInSeconds: number };

const widgetSession = z
  .looseObject({
    url: z.url({ protocol: /^https?$/ }),
    expires_in: z.number().positive().catch(TERRA_WIDGET_LIFE_S),
  })
  .transform(({ url, expires_in }): WidgetSession => ({ url, expiresInSeconds: Math.floor(expires_in) }));

/** A page on which the person chooses a provider and signs in to it. */
export async function generateWidgetSession(
  env: Env,
  { referenceId, redirectUrl, providers }: WidgetRequest,
): Promise<TerraAnswer<WidgetSession>> {
  const body = {
    reference_id: referenceId,
    ...(providers.length === 0 ? {} : { providers: providers.join(',') }),
    ...(redirectUrl === null
      ? {}
      : { auth_success_redirect_url: redirectUrl, auth_failure_redirect_url: redirectUrl }),
  };
  return callTerra(env, 'POST', '/auth/generateWidgetSession', widgetSession, JSON.stringify(body));
}

/** One page of everybody Terra knows. */
export type SubscriptionsPage = {
  readonly users: readonly ListedUser[];
  /** Entries that could not be read: somebody is missing from `users`. */
  readonly unreadable: number;
  /** Null on the last page. */
  readonly next: number | null;
};

const subscriptionsPage = z
  .union([
    z.looseObject({
      data: z.looseObject({ results: z.array(z.unknown()), next: z.int().nullish() }),
    }),
    // Everybody at once, where paging is not known.
    z
      .looseObject({ users: z.array(z.unknown()) })
      .transform(({ users }) => ({ data: { results: users, next: null } })),
  ])
  .transform(({ data }): SubscriptionsPage => {
    const users = data.results.flatMap((entry) => listedUser.safeParse(entry).data ?? []);
    return { users, unreadable: data.results.length - users.length, next: data.next ?? null };
  });

/** A page of the list of all connections; pages count from 0. */
export async function subscriptions(
  env: Env,
  page: number,
  perPage: number,
): Promise<TerraAnswer<SubscriptionsPage>> {
  const query = new URLSearchParams({ page: String(page), per_page: String(perPage) });
  return callTerra(env, 'GET', `/subscriptions?${query}`, subscriptionsPage);
}
