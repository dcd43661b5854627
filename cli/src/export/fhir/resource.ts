/** What is written of FHIR R4 (http://hl7.org/fhir/R4); a field that is undefined is left out of the file. */
export type Resource = {
  readonly resourceType: 'Patient' | 'Device' | 'Observation' | 'Provenance';
  readonly id: string;
  readonly [field: string]: unknown;
};

export type Reference = { readonly reference?: string; readonly display?: string };

export type Quantity = {
  readonly value: number;
  readonly comparator?: string;
  readonly unit?: string;
  readonly system?: string;
  readonly code?: string;
};

/** Resources of one file know each other by their own ids alone. */
export function referenceTo({ id }: Pick<Resource, 'id'>): Reference {
  return { reference: `urn:uuid:${id}` };
}
