import { delimiter, join } from 'node:path';

export type Tryable = {
  /** The repository. */
  readonly root: string;
  readonly url: string;
  readonly token: string;
  readonly adminKey: string;
  /** Where the mirror and the sign-ins are: `AMY_HOME`. */
  readonly home: string;
  readonly databasePath: string;
};

/**
 * Each line is a command for a shell as it stands, from any folder and whatever Node is installed; those with `amy`
 * come after the first, which says where it is and whom it serves.
 */
export function whatToTry(stack: Tryable): string {
  const path = `PATH=${shellWord(join(stack.root, 'cli', 'bin') + delimiter)}"$PATH"`;
  const settings = { AMY_HOME: stack.home, AMY_API_URL: stack.url, AMY_TOKEN: stack.token };
  const others = Object.entries(settings).map(([name, value]) => `${name}=${shellWord(value)}`);
  const query = 'select * from summary order by datetime desc limit 7';
  return [
    'What to try next, in another shell, where the first line puts `amy` on your PATH as the demo person:',
    `  export ${[path, ...others].join(' ')}`,
    '  amy status',
    '  amy import --days 30 --wait && amy sync',
    '  amy report --open',
    `  sqlite3 ${shellWord(stack.databasePath)} ${shellWord(query)}`,
    `  AMY_ADMIN_KEY=${shellWord(stack.adminKey)} amy admin stats`,
    'To sign in yourself, open the address that this tells and say you are "demo":',
    '  unset AMY_TOKEN; amy login',
    'The token and the key above are this local stack’s own; a deployment has others.',
  ].join('\n');
}

/** Text as one word of a POSIX shell: quoted only where it must be. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
