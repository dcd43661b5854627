import { ASKED_STATES, HISTORY_RESOURCES } from '../../../cloud/src/contract/constants.ts';
import type { AskedRange, DeletedKey, SyncPage, SyncRow } from '../../../cloud/src/contract/sync.ts';
import type { AnswerSchema } from '../api/api.ts';
import { type Fields, isFields, isOneOf, isText, isTextOrNull } from '../shape.ts';
import { MIRRORED_NAMES } from './tables.ts';

/**
 * Whether an answer is a page of a sync. The values of its rows are checked where they are written (`rowReader`), each once,
 * against the type of its column, which a schema of any row cannot know.
 */
export const syncPage: AnswerSchema<SyncPage> = {
  safeParse(told) {
    const issues: { path: string[]; message: string }[] = [];
    const tell: Tell = (path, message) => {
      issues.push({ path: [path], message });
      return false;
    };
    return isPage(told, tell) ? { success: true, data: told } : { success: false, error: { issues } };
  },
};

/** Says what is wrong, and that it is. */
type Tell = (path: string, message: string) => false;

function isPage(told: unknown, tell: Tell): told is SyncPage {
  if (!isFields(told)) return tell('', 'should be an object');
  const { data, now, next_cursor, has_more, asked, total } = told;
  if (!isFields(data)) return tell('data', 'should be an object');
  const table = MIRRORED_NAMES.find((name) => data[name] !== undefined && !isListOf(data[name], isRow));
  if (table !== undefined) return tell(`data.${table}`, 'should be a list of rows');
  if (!isListOf(data.deleted, isDeletedKey)) return tell('data.deleted', 'should be a list of keys');
  if (!isText(now)) return tell('now', 'should be a time');
  if (!isTextOrNull(next_cursor)) return tell('next_cursor', 'should be a text or null');
  if (typeof has_more !== 'boolean') return tell('has_more', 'should be true or false');
  if (asked !== undefined && !isListOf(asked, isAskedRange))
    return tell('asked', 'should be a list of ranges');
  if (total !== undefined && !Number.isSafeInteger(total)) return tell('total', 'should be a number');
  return true;
}

function isListOf<Item>(value: unknown, is: (item: unknown) => item is Item): value is Item[] {
  return Array.isArray(value) && value.every(is);
}

function isRow(value: unknown): value is SyncRow {
  return isFields(value);
}

function isDeletedKey(value: unknown): value is DeletedKey {
  return isFields(value) && isText(value.table) && isText(value.deleted_at) && isKey(value.key);
}

function isKey(value: unknown): value is Fields {
  return isFields(value) && Object.values(value).every(isText);
}

function isAskedRange(value: unknown): value is AskedRange {
  return (
    isFields(value) &&
    isText(value.source) &&
    isOneOf(HISTORY_RESOURCES, value.resource) &&
    isText(value.from) &&
    isTextOrNull(value.to) &&
    isOneOf(ASKED_STATES, value.state) &&
    isTextOrNull(value.reason)
  );
}
