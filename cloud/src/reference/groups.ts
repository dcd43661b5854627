/** What somebody wants to do, and the calls for it. */
export type Group = {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** `get /v1/me`, or how it begins, in the order in which they are shown. */
  readonly calls: readonly string[];
};

/** In the order in which a person meets them, then an operator. A call belongs to the first group that names it. */
export const GROUPS: readonly Group[] = [
  {
    id: 'sign-in',
    title: 'Sign a device in',
    about:
      'A program shows a code, a person approves it in a browser, the program gets a token (RFC 8628). Each token belongs to a session that can be ended.',
    calls: ['post /v1/auth/device', 'get /v1/auth', 'patch /v1/auth', 'delete /v1/auth', 'post /v1/auth'],
  },
  {
    id: 'devices',
    title: 'Connect a device',
    about:
      'Watches and rings are connected on a page of Terra’s; what is known of each stands in one answer.',
    calls: ['post /v1/connect', 'get /v1/me', 'delete /v1/connections', 'get /v1/connections'],
  },
  {
    id: 'history',
    title: 'Import history',
    about:
      'Asks Terra for days that passed before. The data comes over minutes; the progress tells how far it is.',
    calls: ['post /v1/import', 'get /v1/imports'],
  },
  {
    id: 'data',
    title: 'Read and sync the data',
    about:
      'A feed of everything that changed since one asked last: whoever follows it has what the server has.',
    calls: ['get /v1/sync', 'get /v1/digest'],
  },
  {
    id: 'explain',
    title: 'Ask where a value comes from',
    about: 'Every stored value names its event, its path inside it and the rule that chose it.',
    calls: ['get /v1/explain', 'get /v1/payloads', 'get /v1/events'],
  },
  {
    id: 'labs',
    title: 'Send lab reports',
    about:
      'A PDF or picture is kept and read by Terra; the results come as biomarkers in about half a minute.',
    calls: ['post /v1/labs/upload', 'get /v1/labs', 'post /v1/labs', 'delete /v1/labs'],
  },
  {
    id: 'profile',
    title: 'Tell about yourself',
    about: 'Age, height and the like: all of it optional.',
    calls: ['get /v1/profile', 'put /v1/profile'],
  },
  {
    id: 'leave',
    title: 'Leave: erase everything',
    about: 'Erases everything, here and at Terra, for good.',
    calls: ['delete /v1/me'],
  },
  {
    id: 'look',
    title: 'Operator: see how it stands',
    about: 'For who runs the server, with the key in the header x-admin-key.',
    calls: ['get /admin/stats', 'get /admin/dlq', 'get /admin/silences', 'get /admin'],
  },
  {
    id: 'mend',
    title: 'Operator: repair',
    about: 'Each of these leaves a trace. What can take long is begun, and goes on in the background.',
    calls: [
      'post /admin/drain',
      'post /admin/raw-events',
      'post /admin/events',
      'post /admin/rebuild',
      'post /admin/connections',
      'post /admin/outbound',
    ],
  },
  {
    id: 'people',
    title: 'Operator: act for a person',
    about: 'Erasing is for good, here and at Terra.',
    calls: ['post /admin/user'],
  },
  {
    id: 'restore',
    title: 'Operator: after a restore of the database',
    about: 'The steps stand in docs/operating.md.',
    calls: ['post /admin/restored', 'post /admin/sweeps'],
  },
];

/** Where a call is shown that no group names: a test keeps it empty. */
export const UNGROUPED: Group = { id: 'others', title: 'Others', about: '', calls: [''] };

export function groupOf(method: string, path: string): Group {
  return GROUPS.find((group) => placeIn(group, method, path) >= 0) ?? UNGROUPED;
}

/** The place of a call among its group's; -1 where the group does not have it. */
export function placeIn({ calls }: Group, method: string, path: string): number {
  return calls.findIndex((start) => `${method} ${path}`.startsWith(start));
}
