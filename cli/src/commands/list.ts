import type { Command } from 'commander';

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

/** Adds the command of a name; all of them where none has it, or it tells of all. */
export async function addCommandsNamed(program: Command, name: string | undefined): Promise<void> {
  const isAlone = name !== undefined && Object.hasOwn(COMMANDS, name) && !OF_ALL.includes(name);
  for (const [known, read] of Object.entries(COMMANDS)) {
    if (!isAlone || known === name) (await read())(program);
  }
}
