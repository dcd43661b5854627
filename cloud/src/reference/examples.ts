import type { Operation } from './document.ts';

/** What is said in the example of a call, by its `operationId`: a JSON body, a query, or a form. */
type Example = { readonly body?: unknown; readonly query?: string; readonly form?: string };

/** A test holds each body against the call's own schema. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  postAuthDevice: { body: { client: 'my notebook' } },
  postAuthDeviceToken: { body: { device_code: '...' } },
  postAuthDeviceApprove: { body: { user_code: 'BCDF-GHJK', approve: true } },
  patchAuthSessionsId: { body: { name: 'work laptop' } },
  postConnect: { body: { providers: ['oura'] } },
  postImport: { body: { days: 365 } },
  getSync: { query: 'since=2026-03-01T12:00:00.000Z' },
  getExplain: { query: 'table=daily_summary&key={"source":"oura","datetime":"2026-03-02"}&column=steps' },
  postLabsUpload: { form: 'file=@report.pdf' },
  putProfile: { body: { age: 41, timezone: 'Europe/Berlin' } },
  getAdminTraces: { query: 'request_id=...' },
  getAdminRebuild: { query: 'user_id=user_...' },
  getAdminEvents: { query: 'state=parked&since=2026-03-01' },
  postAdminEventsReplay: { body: { error: 'TypeError', dry_run: true } },
  postAdminEventsResolve: { body: { error: 'payload_invalid', note: 'seen' } },
  postAdminConnectionsIdOwner: { body: { user_id: 'user_...' } },
  postAdminOutbound: { body: { paused: true } },
  postAdminUserUserIdImport: { body: { days: 30 } },
  postAdminDrain: { body: { event_type: 'daily', limit: 10 } },
  postAdminRawEventsIdResolve: { body: { note: 'the person was told' } },
  postAdminRebuild: { query: 'user_id=user_...&dry_run=true' },
  postAdminUserUserIdWipe: { body: { force: false } },
  postAdminRestored: { body: { to: '2026-03-01T12:00:00Z' } },
  postAdminSweeps: { body: { held: true } },
};

/** The call as a line for a shell, where `AMY` holds the server's address and the key stands in its variable. */
export function exampleOf(method: string, path: string, operation: Operation): string {
  const { body, query, form } = EXAMPLES[operation.operationId ?? ''] ?? {};
  const isOpen = operation.security?.length === 0;
  const key = path.startsWith('/admin') ? 'x-admin-key: $AMY_ADMIN_KEY' : 'authorization: Bearer $AMY_TOKEN';
  // A parameter of the path is a variable of the shell: `$ID`.
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => `$${name.toUpperCase()}`);
  const parts = [
    'curl -sS',
    ...(method === 'get' || (method === 'post' && (body !== undefined || form !== undefined))
      ? []
      : [`-X ${method.toUpperCase()}`]),
    ...(isOpen ? [] : [`-H "${key}"`]),
    ...(query === undefined || method !== 'get' ? [] : ['-G', ...queryWords(query)]),
    ...(body === undefined ? [] : [`--json '${JSON.stringify(body)}'`]),
    ...(form === undefined ? [] : [`-F ${form}`]),
    query === undefined || method === 'get' ? `"$AMY${address}"` : `"$AMY${address}?${query}"`,
  ];
  return parts.join(' ');
}

function queryWords(query: string): readonly string[] {
  return query.split('&').map((pair) => `--data-urlencode '${pair}'`);
}
