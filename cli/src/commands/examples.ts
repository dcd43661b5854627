import type { Command } from 'commander';

/** One line that works, for the `--help` of each command. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  login: 'amy login --name "work laptop"',
  logout: 'amy logout',
  whoami: 'amy whoami --json',
  sessions: 'amy sessions',
  'sessions revoke': 'amy sessions revoke 3f2504e0',
  sync: 'amy sync --full',
  verify: 'amy verify --json',
  explain: 'amy explain 2026-07-01 resting_heart_rate',
  'explain lab': 'amy explain lab glucose 2026-05-09',
  status: 'amy status --db ~/health.sqlite',
  connect: 'amy connect --provider oura --open',
  connections: 'amy connections --json',
  'connections remove': 'amy connections remove 3f2504e0',
  disconnect: 'amy disconnect oura',
  import: 'amy import --days 365 --wait',
  'import list': 'amy import list',
  labs: 'amy labs upload report.pdf',
  'labs upload': 'amy labs upload ~/Downloads/report.pdf',
  'labs list': 'amy labs list',
  'labs show': 'amy labs show 3f2504e0',
  'labs file': 'amy labs file 3f2504e0 --output report.pdf',
  'labs retry': 'amy labs retry 3f2504e0',
  'labs delete': 'amy labs delete 3f2504e0',
  profile: 'amy profile show',
  'profile show': 'amy profile show --json',
  'profile set': 'amy profile set --age 41 --timezone Europe/Berlin',
  reset: 'amy reset --yes',
  erase: 'amy erase --local',
  admin: 'amy admin stats',
  'admin stats': 'amy admin stats --check',
  completion: 'source <(amy completion bash)',
  help: 'amy help exit-codes',
};

/** Gives the help of every command below `command` its example. */
export function addExamples(command: Command, path = ''): void {
  for (const one of command.commands) {
    const name = `${path} ${one.name()}`.trim();
    const example = EXAMPLES[name];
    if (example !== undefined) one.addHelpText('after', `\nExample:\n  ${example}`);
    addExamples(one, name);
  }
}
