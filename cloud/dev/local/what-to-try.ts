import { join } from 'node:path';

export type Tryable = {
  /** The repository. */
  readonly root: string;
  readonly url: string;
  readonly token: string;
  readonly adminKey: string;
  /** Where the mirror and the sign-ins are: `AMY_HOME`. */
  readonly home: string;
  readonly databasePath: string;
  /** A Node that is new enough: the one this runs on. */
  readonly node: string;
};

/** Each line is a command for a shell as it stands, from any folder and whatever Node is installed. */
export function whatToTry(stack: Tryable): string {
  const amy = [stack.node, join(stack.root, 'cli', 'bin', 'amy.js')].map(shellWord).join(' ');
  const home = `AMY_HOME=${shellWord(stack.home)}`;
  const query = 'select * from summary order by datetime desc limit 7';
  return [
    'What to try next, in another shell:',
    `  sqlite3 ${shellWord(stack.databasePath)} ${shellWord(query)}`,
    `  ${home} AMY_API_URL=${shellWord(stack.url)} AMY_TOKEN=${shellWord(stack.token)} ${amy} status`,
    `  curl -sS -H ${shellWord(`x-admin-key: ${stack.adminKey}`)} ${shellWord(`${stack.url}/admin/stats`)}`,
    'To sign in yourself, open the address that this tells and say you are "demo":',
    `  ${home} ${amy} login --url ${shellWord(stack.url)}`,
    'The token and the key above are this local stack’s own; a deployment has others.',
  ].join('\n');
}

/** Text as one word of a POSIX shell: quoted only where it must be. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
