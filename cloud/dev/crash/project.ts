import { copyFileSync, cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A copy of all the Worker is built from, as it is now: somebody who saves a file meanwhile does not restart
 * it, and what wrangler leaves behind when it is killed goes with the folder.
 */
export function copyProject(root: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const file of ['wrangler.toml', 'package.json']) copyFileSync(join(root, file), join(to, file));
  for (const folder of ['migrations', join('cloud', 'src'), join('cloud', 'dev', 'pretended-day')])
    cpSync(join(root, folder), join(to, folder), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'), 'junction');
}
