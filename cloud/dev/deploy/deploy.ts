import { readPlan } from './plan.ts';
import type { Deployment, Step } from './step.ts';
import { stepsOf } from './steps.ts';
import { deployedWords } from './words.ts';
import { wranglerIn } from './wrangler.ts';

export type DeployOptions = {
  /** The repository. */
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Lines of NAME=value for secrets, which wrangler reads itself; null where none are brought. */
  readonly secretsFile: string | null;
  readonly isDryRun: boolean;
  readonly tell: (line: string) => void;
};

/**
 * Brings an account to where the Worker runs on a migrated database: makes what is missing, leaves what is there. Answers
 * what the program ends with: 0 when it runs, 1 with the reason told.
 */
export async function deployAmy(options: DeployOptions): Promise<0 | 1> {
  const { root, environment, secretsFile, isDryRun, tell } = options;
  const plan = await readPlan(root);
  const steps = stepsOf(plan, secretsFile);
  if (isDryRun) {
    for (const line of dryRun(steps)) tell(line);
    return 0;
  }
  const deployment: Deployment = {
    root,
    plan,
    // Else a key that an operator has in the shell would take the place of the file's.
    wrangler: wranglerIn(
      root,
      environment,
      plan.secrets.map(({ name }) => name),
    ),
    secretsFile,
    namespaceIds: new Map(),
    origin: null,
  };
  for (const [index, step] of steps.entries()) {
    tell(`${index + 1}/${steps.length} ${step.does}.`);
    const outcome = await step.run(deployment);
    switch (outcome.state) {
      case 'done':
        tell(`    ${outcome.says}`);
        break;
      case 'needs':
        for (const line of outcome.lines) tell(line);
        return 1;
      case 'failed':
        tell(`FAILED at step ${index + 1}: wrangler ${outcome.command.join(' ')}`);
        for (const line of outcome.words.split('\n')) tell(`    ${line}`);
        tell(
          'What was done before stays. Mend what wrangler names, and run it again: it goes on where this stopped.',
        );
        return 1;
    }
  }
  for (const line of deployedWords(deployment.origin)) tell(line);
  return 0;
}

function dryRun(steps: readonly Step[]): readonly string[] {
  return [
    'Nothing is run. A deployment takes these steps:',
    ...steps.flatMap(({ does, commands }, index) => [
      `${index + 1}/${steps.length} ${does}.`,
      ...commands.map(
        ({ args, where }) => `    wrangler ${args.join(' ')}${where === undefined ? '' : `   (${where})`}`,
      ),
    ]),
  ];
}
