/** Kinds of lab files, by what stands at the start of their bytes. */
export type LabFileKind = 'pdf' | 'png' | 'jpg';

const MAGIC: readonly (readonly [LabFileKind, readonly number[]])[] = [
  ['pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['jpg', [0xff, 0xd8, 0xff]],
];

const BY_MIME: Readonly<Record<string, LabFileKind>> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/jpg': 'jpg',
};

const BY_EXTENSION: Readonly<Record<string, LabFileKind>> = {
  pdf: 'pdf',
  png: 'png',
  jpg: 'jpg',
  jpeg: 'jpg',
};

/** The kind a file's name or mime type says, and whether its bytes are that; null where they are not. */
export function labFileKind(file: { name: string; type: string }, bytes: Uint8Array): LabFileKind | null {
  const declared = [BY_MIME[mimeOf(file.type)], BY_EXTENSION[extensionOf(file.name)]];
  const actual = MAGIC.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte))?.[0];
  return actual !== undefined && declared.includes(actual) ? actual : null;
}

/** The extension a file is kept under: its own, `.jpeg` as jpg; a file without one is kept as pdf. */
export function storedExtension(name: string): LabFileKind {
  return BY_EXTENSION[extensionOf(name)] ?? 'pdf';
}

function extensionOf(name: string): string {
  return /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
}

function mimeOf(type: string): string {
  return type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
