import type { Command } from 'commander';

/** One line that works, for the `--help` of each command. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  login: 'amy login --name "work laptop"',
  logout: 'amy logout',
  whoami: 'amy whoami --json',
  sessions: 'amy sessions',
  'sessions revoke': 'amy sessions revoke 3f2504e0',
  'sessions rename': 'amy sessions rename 3f2504e0 "work laptop"',
  sync: 'amy sync --watch --every 300',
  verify: 'amy verify --json',
  explain: 'amy explain 2026-07-01 resting_heart_rate',
  'explain lab': 'amy explain lab glucose 2026-05-09',
  query: 'amy query "select datetime, steps from summary order by 1 desc limit 7"',
  mcp: 'amy mcp --view summary --print-config',
  'mcp log': 'amy mcp log --json',
  sources: 'amy sources order',
  'sources order': 'amy sources order garmin oura --for steps',
  status: 'amy status --db ~/health.sqlite',
  doctor: 'amy doctor --fix',
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
  archive: 'amy archive --samples',
  report: 'amy report --days 30 --open',
  export: 'amy export csv --days 365',
  reset: 'amy reset --yes',
  erase: 'amy erase --local',
  admin: 'amy admin stats',
  'admin stats': 'amy admin stats --check',
  'admin dlq': 'amy admin dlq --all --json',
  'admin search': 'amy admin search --state parked --provider oura --since 24h',
  'admin show': 'amy admin show 4711 --body event.json',
  'admin traces': 'amy admin traces --request-id 019d0b6e-5f4c-7a31-8c5e-3b9f2d1a6c47',
  'admin silences': 'amy admin silences --provider oura',
  'admin replay': 'amy admin replay --error payload_invalid --since 7d',
  'admin resolve': 'amy admin resolve 4711 --note "the provider sends this empty"',
  'admin drain': 'amy admin drain --type daily',
  'admin import': 'amy admin import user_1 --days 30',
  'admin owner': 'amy admin owner 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d user_1',
  'admin outbound': 'amy admin outbound pause',
  'admin user': 'amy admin user user_1',
  'admin wipe': 'amy admin wipe user_1',
  'admin rebuild': 'amy admin rebuild user_1 --dry-run',
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
