/** What each of Terra's addresses answers while costs are counted: it takes all that it is asked. */
export const TERRA_ANSWERS: readonly (readonly [path: string, status: number, body: unknown])[] = [
  ['/userInfo', 200, { users: [] }],
  ['/subscriptions', 200, { users: [] }],
  ['/auth/deauthenticateUser', 200, { status: 'success' }],
  ...['/daily', '/sleep', '/body', '/activity'].map(
    (path) => [path, 200, { status: 'success', reference: 'ref-bench' }] as const,
  ),
];
