import { SUBSCRIPTIONS_PER_PAGE } from '../limits.ts';
import type { TerraOptions } from '../options.ts';
import type { Terra } from '../terra.ts';
import type { TerraUser } from '../users.ts';
import { badRequest, jsonReply, notFound, type Reply, type Route } from './http.ts';

/** `GET /subscriptions`, `GET /userInfo`, `DELETE /auth/deauthenticateUser`. */
export function usersRoute(terra: Terra, userInfo: NonNullable<TerraOptions['userInfo']>): Route {
  return (call) => {
    const query = call.url.searchParams;
    switch (`${call.method} ${call.url.pathname}`) {
      case 'GET /v2/subscriptions':
        return subscriptions(terra.users.list(), query);
      case 'GET /v2/userInfo': {
        const userId = query.get('user_id');
        if (userId !== null) return oneUser(terra.users.find(userId));
        const referenceId = query.get('reference_id');
        if (referenceId === null) return badRequest('user_id or reference_id is required');
        const users = terra.users.list().filter((user) => user.reference_id === referenceId);
        return jsonReply(200, userInfo === 'array' ? users : { status: 'success', users });
      }
      case 'DELETE /v2/auth/deauthenticateUser': {
        const user = terra.users.find(query.get('user_id') ?? '');
        if (user === null) return notFound('user not found');
        terra.deauthenticate(user.user_id);
        return jsonReply(200, { status: 'success' });
      }
      default:
        return null;
    }
  };
}

function oneUser(user: TerraUser | null): Reply {
  if (user === null) return notFound('user not found');
  const polled = { last_polled_at: user.last_webhook_update, most_recent_data_at: user.last_webhook_update };
  return jsonReply(200, { status: 'success', is_authenticated: user.active, user: { ...user, ...polled } });
}

function subscriptions(users: readonly TerraUser[], query: URLSearchParams): Reply {
  const pageText = query.get('page');
  if (pageText === null) return jsonReply(200, { users });
  const page = Number(pageText);
  const perPage = Number(query.get('per_page') ?? SUBSCRIPTIONS_PER_PAGE);
  if (!Number.isInteger(page) || page < 0) return badRequest('invalid page');
  if (!Number.isInteger(perPage) || perPage < 1) return badRequest('invalid per_page');
  const lastPage = Math.max(0, Math.ceil(users.length / perPage) - 1);
  return jsonReply(200, {
    data: {
      next: page < lastPage ? page + 1 : null,
      max_page: lastPage,
      results: users.slice(page * perPage, (page + 1) * perPage),
    },
  });
}
