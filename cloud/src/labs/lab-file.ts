import { cutMultipart, partsOf } from '../body/multipart.ts';
import { readRequestBody } from '../body/read-body.ts';
import { MULTIPART_FRAME_BYTES } from '../limits.ts';

/** A file with its bytes in one place: each `File` and each `arrayBuffer()` of it is a copy. */
export type NamedBytes = { readonly name: string; readonly type: string; readonly bytes: Uint8Array };

/** The form's lab file, or what is wrong with the request. */
export type LabFile =
  | { readonly state: 'read'; readonly file: NamedBytes }
  | {
      readonly state: 'refused';
      readonly reason:
        | 'expected_multipart'
        | 'missing_file_field'
        | 'file_too_large'
        | 'unsupported_file_type';
    };

/** Reads the field `file` of a multipart form: a PDF, PNG or JPEG of at most `bytesMax`. */
export async function readLabFile(request: Request, bytesMax: number): Promise<LabFile> {
  const contentType = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\b/i.test(contentType))
    return { state: 'refused', reason: 'expected_multipart' };
  const body = await readRequestBody(request, bytesMax + MULTIPART_FRAME_BYTES);
  if (body.state === 'too_large') return { state: 'refused', reason: 'file_too_large' };
  const form = await readForm(body.bytes, contentType);
  if (form === null) return { state: 'refused', reason: 'expected_multipart' };
  const { file } = form;
  if (file === null) return { state: 'refused', reason: 'missing_file_field' };
  if (file.bytes.byteLength > bytesMax) return { state: 'refused', reason: 'file_too_large' };
  return labFileKind(file, file.bytes) === null
    ? { state: 'refused', reason: 'unsupported_file_type' }
    : { state: 'read', file };
}

/**
 * The form's first field `file`, null where that is no file. The answer is null where the bytes are no form, or one of
 * too many parts. The platform reads the headers, of a form that has the parts' headers and not their content: of a
 * file of 10 MB it would make a copy.
 */
async function readForm(
  body: Uint8Array,
  contentType: string,
): Promise<{ readonly file: NamedBytes | null } | null> {
  const form = cutMultipart(body, contentType);
  const parts = form === null ? null : partsOf(form);
  if (form === null || parts === null) return null;
  const delimiter = `--${form.boundary}`;
  const heads = parts.flatMap(({ head }) => [`${delimiter}\r\n`, head, '\r\n\r\n\r\n']);
  const type = `multipart/form-data; boundary="${form.boundary}"`;
  const message = new Response(new Blob([...heads, `${delimiter}--\r\n`]), {
    headers: { 'content-type': type },
  });
  try {
    const fields = [...(await message.formData())];
    const at = fields.findIndex(([name]) => name === 'file');
    const [value, content] = [fields[at]?.[1], parts[at]?.content];
    if (value === undefined || typeof value === 'string' || content === undefined) return { file: null };
    return { file: { name: value.name, type: value.type, bytes: content } };
  } catch {
    return null;
  }
}

/** Kinds of lab files, by what stands at the start of their bytes. */
export type LabFileKind = 'pdf' | 'png' | 'jpg';

const MAGIC: readonly (readonly [LabFileKind, readonly number[]])[] = [
  ['pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['jpg', [0xff, 0xd8, 0xff]],
];

const BY_MIME: ReadonlyMap<string, LabFileKind> = new Map([
  ['application/pdf', 'pdf'],
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/jpg', 'jpg'],
]);

const BY_EXTENSION: ReadonlyMap<string, LabFileKind> = new Map([
  ['pdf', 'pdf'],
  ['png', 'png'],
  ['jpg', 'jpg'],
  ['jpeg', 'jpg'],
]);

/**
 * The kind of a file: what its mime type and the extension of its name say, at least one of them, and what
 * its bytes are. Null where name, type and bytes differ, or say nothing.
 */
export function labFileKind(file: { name: string; type: string }, bytes: Uint8Array): LabFileKind | null {
  const declared = [BY_MIME.get(mimeOf(file.type)), BY_EXTENSION.get(extensionOf(file.name))].filter(
    (kind) => kind !== undefined,
  );
  const actual = MAGIC.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte))?.[0];
  if (actual === undefined || declared.length === 0) return null;
  return declared.every((kind) => kind === actual) ? actual : null;
}

/** The extension a file is kept under: its own, `.jpeg` as jpg; a file without one is kept as pdf. */
export function storedExtension(name: string): LabFileKind {
  return BY_EXTENSION.get(extensionOf(name)) ?? 'pdf';
}

function extensionOf(name: string): string {
  return /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
}

function mimeOf(type: string): string {
  return type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** The name and media type a kept file was uploaded with; of a type that says nothing, what its key says. */
export function labFileMetadata(object: R2Object, uploadId: string): { name: string; type: string } {
  const stored = object.httpMetadata?.contentType ?? '';
  const kind = storedExtension(object.key);
  const name = object.customMetadata?.original_name ?? '';
  return {
    name: name === '' ? `${uploadId}.${kind}` : name,
    type: BY_MIME.has(mimeOf(stored)) ? mimeOf(stored) : MIME_OF[kind],
  };
}

const MIME_OF: Readonly<Record<LabFileKind, string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
};
