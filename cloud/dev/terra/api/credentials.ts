import { problemReply, type Route } from './http.ts';

/** Refuses calls to `/v2` without the right `dev-id` and `x-api-key`; passes the others on. */
export function credentialsRoute(devId: string, apiKey: string): Route {
  return (call) => {
    if (!call.url.pathname.startsWith('/v2/')) return null;
    const given = { devId: call.headers['dev-id'], apiKey: call.headers['x-api-key'] };
    if (given.devId === devId && given.apiKey === apiKey) return null;
    const missing = given.devId === undefined || given.apiKey === undefined;
    const detail = missing ? 'dev-id or x-api-key headers are missing' : 'invalid dev-id or x-api-key';
    return problemReply(401, 'unauthorized', detail);
  };
}
