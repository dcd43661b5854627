import type { Command } from 'commander';
import synopses from './synopses.json' with { type: 'json' };

type AddCommand = (program: Command) => void;

/**
 * Every command, in the order in which `amy --help` lists them. A command's file, and what it imports, is read only where
 * that command is asked for: most of a start was reading the others.
 */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  login: async () => (await import('./login.ts')).addLoginCommand,
  logout: async () => (await import('./logout.ts')).addLogoutCommand,
  whoami: async () => (await import('./whoami.ts')).addWhoamiCommand,
  sessions: async () => (await import('./sessions.ts')).addSessionsCommand,
  sync: async () => (await import('./sync.ts')).addSyncCommand,
  verify: async () => (await import('./verify.ts')).addVerifyCommand,
  explain: async () => (await import('./explain.ts')).addExplainCommand,
  query: async () => (await import('./query.ts')).addQueryCommand,
  report: async () => (await import('./report.ts')).addReportCommand,
  export: async () => (await import('./export.ts')).addExportCommand,
  mcp: async () => (await import('./mcp.ts')).addMcpCommand,
  sources: async () => (await import('./sources.ts')).addSourcesCommand,
  status: async () => (await import('./status.ts')).addStatusCommand,
  doctor: async () => (await import('./doctor.ts')).addDoctorCommand,
  connect: async () => (await import('./connect.ts')).addConnectCommand,
  connections: async () => (await import('./connections.ts')).addConnectionsCommand,
  disconnect: async () => (await import('./disconnect.ts')).addDisconnectCommand,
  import: async () => (await import('./import.ts')).addImportCommand,
  labs: async () => (await import('./labs.ts')).addLabsCommand,
  profile: async () => (await import('./profile.ts')).addProfileCommand,
  archive: async () => (await import('./archive.ts')).addArchiveCommand,
  reset: async () => (await import('./reset.ts')).addResetCommand,
  erase: async () => (await import('./erase.ts')).addEraseCommand,
  admin: async () => (await import('./admin.ts')).addAdminCommand,
  completion: async () => (await import('./completion.ts')).addCompletionCommand,
  help: async () => (await import('./help.ts')).addHelpCommand,
};

/**
 * What may work for longer than a tenth of a second without a pause, with some years of several devices in the file. `sync` of
 * what is new makes its pauses itself: it is what people run most, and a process costs it a third of its time.
 */
const LONG: readonly string[] = [
  'verify',
  'explain',
  'query',
  'report',
  'export',
  'mcp',
  'doctor',
  'archive',
];

export function isLong(name: string | undefined, argv: readonly string[]): boolean {
  return name !== undefined && (LONG.includes(name) || (name === 'sync' && argv.includes('--full')));
}

/** These two tell of all commands. */
const OF_ALL: readonly string[] = ['completion', 'help'];

/** Adds the command of a name, or every command where it tells of all; where none has the name, what a list of them shows. */
export async function addCommandsNamed(program: Command, name: string | undefined): Promise<void> {
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) return addSynopses(program);
  for (const [known, read] of Object.entries(COMMANDS)) {
    if (known === name || OF_ALL.includes(name)) (await read())(program);
  }
}

export async function addEveryCommand(program: Command): Promise<void> {
  for (const read of Object.values(COMMANDS)) (await read())(program);
}

const terms = new WeakMap<Command, string>();

/** How a command of `addSynopses` stands in a list: with its arguments, which it has not read. */
export function termOfSynopsis(command: Command): string | undefined {
  return terms.get(command);
}

/**
 * The commands as a list of them shows them, kept in a file by a test that asks the commands themselves: reading them all, and what they
 * ask the server with, takes as long as ten starts of Node.
 */
async function addSynopses(program: Command): Promise<void> {
  for (const { name, term, description } of synopses) {
    // The help has the list of topics too.
    if (name === 'help') (await COMMANDS.help?.())?.(program);
    else terms.set(program.command(name).description(description), term);
  }
}
