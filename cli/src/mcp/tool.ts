import { z } from 'zod';
import { daysIn } from '../dates.ts';
import { AmyError } from '../errors.ts';
import { MCP_PAGE_ROWS, MCP_PAGE_ROWS_MAX, MCP_RANGE_DAYS_MAX } from '../limits.ts';
import { type DailyColumn, isDailyColumn } from '../mirror/chosen-source.ts';
import type { DateRange } from '../mirror/days-read.ts';
import type { Found, Known, Scene } from './found.ts';
import { allows, type View } from './views.ts';

/** Which rows a client wants; null where it wants the figures alone. */
export type Page = { readonly offset: number; readonly limit: number };

type Words = {
  readonly name: string;
  readonly title: string;
  /** What it answers, in plain sentences, for a client that has never seen the file. */
  readonly description: string;
  /** The least view that has it. */
  readonly view: View;
};

type Described<Input extends z.ZodObject> = Words & {
  readonly input: Input;
  /** Whether a client may ask for single rows, where its view has them. */
  readonly hasRows: boolean;
  /** What is asked before the file is opened, and then of the file. */
  readonly ask: (
    scene: Scene,
    args: z.output<Input>,
    page: Page | null,
  ) => Promise<(known: Known) => Found> | ((known: Known) => Found);
};

/** A tool, whatever its arguments are. */
export type Tool = Words & {
  readonly schema: (view: View) => z.ZodObject;
  /** Throws AmyError `argument_wrong` for arguments that are not as the schema says. */
  readonly ask: (scene: Scene, given: unknown) => Promise<AskedTool>;
};

export type AskedTool = { readonly page: Page | null; readonly find: (known: Known) => Found };

const PAGE_FIELDS = {
  rows: z.boolean().default(false).describe('Whether to give single rows beside the figures.'),
  limit: z
    .int({ error: `must be a whole number from 1 to ${MCP_PAGE_ROWS_MAX}` })
    .min(1, { error: `must be a whole number from 1 to ${MCP_PAGE_ROWS_MAX}` })
    .max(MCP_PAGE_ROWS_MAX, { error: `must be a whole number from 1 to ${MCP_PAGE_ROWS_MAX}` })
    .default(MCP_PAGE_ROWS)
    .describe('How many rows at most.'),
  offset: z
    .int({ error: 'must be a whole number, 0 or more' })
    .min(0, { error: 'must be a whole number, 0 or more' })
    .default(0)
    .describe('How many rows to leave out at the beginning: for the pages after the first.'),
};

const page = z.object(PAGE_FIELDS);

export function defineTool<Input extends z.ZodObject>(described: Described<Input>): Tool {
  const { input, hasRows, ask, ...words } = described;
  const mayAskRows = (view: View) => hasRows && allows(view, 'structured');
  return {
    ...words,
    schema: (view) => z.strictObject({ ...input.shape, ...(mayAskRows(view) ? PAGE_FIELDS : {}) }),
    async ask(scene, given) {
      const asked = Object(given ?? {});
      const names = [
        ...Object.keys(input.shape),
        ...(mayAskRows(scene.view) ? Object.keys(PAGE_FIELDS) : []),
      ];
      refuseUnknown(words.name, Object.keys(asked), names, hasRows && !mayAskRows(scene.view));
      const args = parsed(words.name, input, asked);
      const { rows, ...wanted } = parsed(words.name, page, mayAskRows(scene.view) ? asked : {});
      return { page: rows ? wanted : null, find: await ask(scene, args, rows ? wanted : null) };
    },
  };
}

function refuseUnknown(
  tool: string,
  given: readonly string[],
  names: readonly string[],
  isWithoutRows: boolean,
): void {
  const unknown = given.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  if (isWithoutRows && Object.hasOwn(PAGE_FIELDS, unknown)) {
    throw new AmyError(
      'not_in_this_view',
      `${tool}: \`${unknown}\` is not given in the view summary, which has no single rows; the person can start \`amy mcp --view structured\``,
    );
  }
  throw new AmyError(
    'argument_wrong',
    `${tool}: there is no argument \`${unknown}\`; it takes ${names.map((name) => `\`${name}\``).join(', ') || 'none'}`,
  );
}

function parsed<Schema extends z.ZodObject>(tool: string, schema: Schema, given: unknown): z.output<Schema> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message }) => `\`${path.map(String).join('.')}\` ${message}`,
  );
  throw new AmyError('argument_wrong', `${tool}: ${faults.join('; ')}`);
}

/** Of an argument that must be a date. */
export function dateField(words: string) {
  return z.iso.date({ error: 'must be a date, such as 2026-03-01' }).describe(words);
}

export const RANGE_FIELDS = {
  from: dateField('The first day, as 2026-03-01.'),
  to: dateField('The last day, itself included.'),
};

/** Throws AmyError `argument_wrong` where the range ends before it begins, or is too long. */
export function checkedRange(tool: string, { from, to }: DateRange, names = ['from', 'to']): DateRange {
  const [first = 'from', last = 'to'] = names;
  if (to < from)
    throw new AmyError(
      'argument_wrong',
      `${tool}: \`${last}\` (${to}) must not be before \`${first}\` (${from})`,
    );
  if (daysIn({ from, to }) > MCP_RANGE_DAYS_MAX) {
    const message = `${tool}: from \`${first}\` to \`${last}\` are more than ${MCP_RANGE_DAYS_MAX} days; ask for fewer`;
    throw new AmyError('argument_wrong', message);
  }
  return { from, to };
}

/** A column of a day that is a number. */
export const metricField = z
  .string({ error: 'must be the name of a column of a day, such as steps; the tool `schema` lists them' })
  .refine(isNumberColumn, {
    error:
      'must be a column of a day that is a number, such as steps or resting_heart_rate; the tool `schema` lists them, and bed times are told by `sleep`',
  })
  .describe('A column of a day that is a number, such as steps, sleep_minutes or resting_heart_rate.');

const NO_NUMBERS: readonly DailyColumn[] = ['bed_time', 'wake_up_time', 'hrv_method', 'utc_offset_minutes'];

function isNumberColumn(name: string): boolean {
  return isDailyColumn(name) && !NO_NUMBERS.includes(name);
}

/** The same, as the column that it is. Throws AmyError `argument_wrong`. */
export function asColumn(name: string): DailyColumn {
  if (isDailyColumn(name)) return name;
  throw new AmyError('argument_wrong', `\`${name}\` is no column of a day; the tool \`schema\` lists them`);
}
