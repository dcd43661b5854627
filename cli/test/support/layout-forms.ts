import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { currentLayout } from '../../src/mirror/layout.ts';
import { SCHEMA_VERSION } from '../../src/mirror/schema.ts';

export const FORMS_FILE = fileURLToPath(new URL('../fixtures/layouts.json', import.meta.url));

/**
 * What a file of amy's once was: its tables and indexes word for word, in the order in which they were made, and the names of
 * its views, which hold nothing. Layouts that differ in the text of a view alone are one form.
 */
export type Form = {
  /** The `schema_version` of the first layout of this form. */
  readonly version: string;
  readonly tables: readonly string[];
  readonly views: readonly string[];
};

type Forms = {
  /** Each text once: most of them are in every form. */
  readonly texts: readonly string[];
  readonly forms: readonly {
    readonly version: string;
    readonly tables: readonly number[];
    readonly views: readonly string[];
  }[];
};

/** Every form that a file may have, the earliest first. */
export function readForms(): readonly Form[] {
  const { texts, forms }: Forms = JSON.parse(readFileSync(FORMS_FILE, 'utf8'));
  return forms.map(({ tables, ...form }) => ({ ...form, tables: tables.map((text) => texts[text] ?? '') }));
}

export function formOfToday(): Form {
  const objects = [...currentLayout().values()];
  return {
    version: SCHEMA_VERSION,
    tables: objects.filter(({ type }) => type !== 'view').map(({ sql }) => sql),
    views: objects.filter(({ type }) => type === 'view').map(({ name }) => name),
  };
}

/** The forms as the file has them, one more where today's is another than the last. */
export function textOfForms(forms: readonly Form[]): string {
  const all = forms.some((form) => isSameForm(form, formOfToday())) ? forms : [...forms, formOfToday()];
  const texts = [...new Set(all.flatMap(({ tables }) => tables))];
  const kept: Forms = {
    texts,
    forms: all.map(({ tables, ...form }) => ({
      ...form,
      tables: tables.map((text) => texts.indexOf(text)),
    })),
  };
  return `${JSON.stringify(kept, null, 2)}\n`;
}

export function isSameForm(one: Form, other: Form): boolean {
  const text = ({ tables, views }: Form) => JSON.stringify([tables, views]);
  return text(one) === text(other);
}
