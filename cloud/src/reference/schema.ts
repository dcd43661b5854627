/** A JSON schema, or a part of one, as the document has it. */
export type Schema = Readonly<Record<string, unknown>>;

/** The schema itself; where there is none, the one that allows everything. */
export function schemaOf(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The schemas of an object's properties by their names. */
export function propertiesOf({ properties }: Schema): readonly (readonly [name: string, schema: Schema])[] {
  return Object.entries(schemaOf(properties)).map(([name, schema]) => [name, schemaOf(schema)]);
}

/** The names that an object has to have. */
export function requiredOf({ required }: Schema): ReadonlySet<unknown> {
  return new Set(Array.isArray(required) ? required : []);
}

/** The types that a value may be of, of all its variants. */
export function typesOf(schema: Schema): readonly string[] {
  const { type, anyOf } = schema;
  if (Array.isArray(anyOf)) return anyOf.flatMap((one) => typesOf(schemaOf(one)));
  return (Array.isArray(type) ? type : [type]).filter((name) => typeof name === 'string');
}

/** The values that are allowed, where they are listed. */
export function choicesOf({ enum: choices }: Schema): readonly unknown[] {
  return Array.isArray(choices) ? choices : [];
}
