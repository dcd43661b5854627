import type { Tool } from '../tool.ts';
import { compare } from './compare.ts';
import { day } from './day.ts';
import { explain } from './explain.ts';
import { labs } from './labs.ts';
import { samples } from './samples.ts';
import { schema } from './schema.ts';
import { sleep } from './sleep.ts';
import { sql } from './sql.ts';
import { status } from './status.ts';
import { trend } from './trend.ts';
import { workouts } from './workouts.ts';

/** Every tool, in the order in which clients are shown them: more than a dozen nobody chooses well from. */
export const TOOLS: readonly Tool[] = [
  status,
  schema,
  day,
  trend,
  compare,
  sleep,
  workouts,
  labs,
  explain,
  samples,
  sql,
];
