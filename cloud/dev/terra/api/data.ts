import { costDays, isLarge, requestedDay } from '../data-request.ts';
import { historyAnswer, sendHistory } from '../data-webhooks.ts';
import { REQUEST_DAYS_MAX } from '../limits.ts';
import { DATA_TYPES } from '../payloads/devices.ts';
import type { Terra } from '../terra.ts';
import { badRequest, type Call, jsonReply, notFound, problemReply, type Reply, type Route } from './http.ts';
import { DayBudgets } from './rate-limit.ts';

/** `GET /activity|body|daily|sleep`: acknowledges, then sends to the webhook. */
export function dataRoute(terra: Terra, clock: () => number): Route {
  const budgets = new DayBudgets();
  return (call) => {
    const type = DATA_TYPES.find((one) => call.url.pathname === `/v2/${one}`);
    if (type === undefined || call.method !== 'GET') return null;
    const query = call.url.searchParams;
    const user = terra.users.find(query.get('user_id') ?? '');
    if (user === null || !user.active) return notFound('user not found');
    const days = requestedDays(call);
    if (typeof days === 'string') return badRequest(days);
    const cost = costDays(days);
    if (cost > REQUEST_DAYS_MAX) return badRequest(`date range exceeds ${REQUEST_DAYS_MAX} days`);
    const budget = budgets.spend(user.user_id, cost, clock());
    if (!budget.allowed) {
      return problemReply(429, 'too many requests', 'cumulative requested days exceeded', budget.headers);
    }
    const request = terra.request(
      user,
      type,
      days.startDay,
      days.endDay,
      query.get('with_samples') === 'true',
    );
    if (query.get('to_webhook') === 'false')
      return withHeaders(jsonReply(200, historyAnswer(terra, request)), budget);
    const answer = {
      status: 'success',
      type,
      reference: request.reference,
      trace_id: request.reference,
      message: isLarge(request)
        ? 'Large request submitted. The data is being processed and will be sent to your destination in chunks'
        : undefined,
      user: {
        user_id: user.user_id,
        provider: user.provider,
        reference_id: user.reference_id,
        created_at: user.created_at,
        active: user.active,
      },
    };
    return withHeaders(
      jsonReply(200, answer, () => sendHistory(terra, request)),
      budget,
    );
  };
}

/** @returns the days, or what is wrong with them */
function requestedDays(call: Call): { readonly startDay: number; readonly endDay: number } | string {
  const start = call.url.searchParams.get('start_date');
  if (start === null) return 'start_date is required';
  const startDay = requestedDay(start);
  if (startDay === null) return 'invalid start_date';
  const endDay = requestedDay(call.url.searchParams.get('end_date') ?? start);
  if (endDay === null) return 'invalid end_date';
  return endDay < startDay ? 'end_date is before start_date' : { startDay, endDay };
}

function withHeaders(reply: Reply, { headers }: { readonly headers: Reply['headers'] }): Reply {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}
