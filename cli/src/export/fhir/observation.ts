import type { Meaning } from './codes.ts';
import type { Quantity, Reference, Resource } from './resource.ts';

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
const PROFILE = 'http://hl7.org/fhir/StructureDefinition';

type Category = 'laboratory' | NonNullable<Meaning['category']>;

/** What an Observation says beside what was found. */
export type Told = {
  readonly id: string;
  readonly patient: Reference;
  readonly device?: Reference | undefined;
  /** A date, or a moment with its offset. */
  readonly at: string;
};

type Named = Omit<Meaning, 'unit' | 'category'> & { readonly category?: Category };

export function observation(
  { id, patient, device, at }: Told,
  { text, loinc, category, profile }: Named,
  found: Readonly<Record<string, unknown>>,
): Resource {
  return {
    resourceType: 'Observation',
    id,
    ...(profile === undefined ? {} : { meta: { profile: [`${PROFILE}/${profile}`] } }),
    status: 'final',
    ...(category === undefined ? {} : { category: [{ coding: [{ system: CATEGORY, code: category }] }] }),
    code: concept(text, loinc),
    subject: patient,
    effectiveDateTime: at,
    ...found,
    ...(device === undefined ? {} : { device }),
  };
}

export function concept(text: string, loinc: readonly string[]) {
  const coding = loinc.map((code) => ({ system: LOINC, code }));
  return { ...(coding.length === 0 ? {} : { coding }), text };
}

/** A unit is a code of UCUM only where that is known; as printed it stands beside it in any case. */
export function quantity(
  value: number,
  unit: string | null,
  isUcum: boolean,
  operator: string | null,
): Quantity {
  return {
    value,
    ...(operator === null ? {} : { comparator: operator }),
    ...(unit === null ? {} : { unit }),
    ...(unit !== null && isUcum ? { system: UCUM, code: unit } : {}),
  };
}

/** A moment without its offset is none to FHIR: then the date alone is told. */
export function momentOrDate(moment: string | null, date: string): string {
  return moment !== null && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(moment)
    ? moment
    : date;
}
