import type { Plan } from './plan.ts';
import type { Ran, Wrangler } from './wrangler.ts';

/** One thing that a deployment does. */
export type Step = {
  /** What it does, as a sentence without its full stop. */
  readonly does: string;
  /** The commands that it may run, with what decides where not each of them always runs. */
  readonly commands: readonly { readonly args: readonly string[]; readonly where?: string }[];
  readonly run: (deployment: Deployment) => Promise<StepOutcome>;
};

/** What the steps work with, and what earlier ones leave to later ones. */
export type Deployment = {
  readonly root: string;
  readonly plan: Plan;
  readonly wrangler: Wrangler;
  readonly secretsFile: string | null;
  /** Ids of KV namespaces that are there already, by binding. */
  readonly namespaceIds: Map<string, string>;
  /** Where the Worker answers; null until it is deployed, and where it has no address. */
  origin: string | null;
};

export type StepOutcome =
  | { readonly state: 'done'; readonly says: string }
  /** An operator has to do something first; the lines say what. */
  | { readonly state: 'needs'; readonly lines: readonly string[] }
  | { readonly state: 'failed'; readonly command: readonly string[]; readonly words: string };

export const done = (says: string): StepOutcome => ({ state: 'done', says });

/** A command that should have worked. */
export function failed(command: readonly string[], ran: Ran): StepOutcome {
  return { state: 'failed', command, words: ran.words };
}

/** The JSON that a command printed; undefined where it printed none. */
export function printedJson({ stdout }: Ran): unknown {
  const start = stdout.search(/[[{]/);
  if (start < 0) return undefined;
  try {
    return JSON.parse(stdout.slice(start));
  } catch {
    return undefined;
  }
}
