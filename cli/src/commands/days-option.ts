import { type Command, InvalidArgumentError } from 'commander';

/** Of `--days`: a whole number within these bounds. */
export function daysParser(least: number, most: number) {
  return (text: string): number => {
    const days = Number(text);
    if (/^\d+$/.test(text) && days >= least && days <= most) return days;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}, such as --days 90.`);
  };
}

/** The same where the bounds are those of what else stands in the line: it is refused in the same words. */
export function parseDaysOf(command: Command, text: string, least: number, most: number): number {
  try {
    return daysParser(least, most)(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    const { message, code, exitCode } = error;
    const flags = command.options.find(({ long }) => long === '--days')?.flags;
    return command.error(`error: option '${flags}' argument '${text}' is invalid. ${message}`, {
      code,
      exitCode,
    });
  }
}
