import { clientName } from '../../../cloud/src/contract/auth.ts';
import { AmyError, EXIT_USAGE } from '../errors.ts';

/** A name that the server takes for a device. Throws `usage` for any other; the sentence begins with `where` it stood. */
export function givenName(typed: string, where: string): string {
  const name = clientName.safeParse(typed);
  if (name.success) return name.data;
  throw new AmyError('usage', `${where} ${name.error.issues[0]?.message ?? 'is not valid'}`, {
    exitCode: EXIT_USAGE,
  });
}

/**
 * What the person is shown where they approve a device, and in their list of sessions; a machine's name that cannot be
 * shown is left out. Throws `usage` for a given name that cannot be.
 */
export function deviceName(machine: string, name: string | undefined): string {
  const ofMachine = clientName.safeParse(`amy CLI on ${machine}`);
  const program = ofMachine.success ? ofMachine.data : 'amy CLI';
  if (name === undefined) return program;
  const given = givenName(name, '--name');
  const both = clientName.safeParse(`${given} (${program})`);
  return both.success ? both.data : given;
}
