import { InvalidArgumentError } from 'commander';

/** Of `--days`: a whole number within these bounds. */
export function daysParser(least: number, most: number) {
  return (text: string): number => {
    const days = Number(text);
    if (/^\d+$/.test(text) && days >= least && days <= most) return days;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}, such as --days 90.`);
  };
}
