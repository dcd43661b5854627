import type { Tool } from '../tool.ts';
import { compare } from './compare.ts';
import { status } from './status.ts';
import { trend } from './trend.ts';

/** Every tool, in the order in which clients are shown them. */
export const TOOLS: readonly Tool[] = [status, trend, compare];
