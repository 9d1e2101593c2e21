import { isUtf8 } from 'node:buffer';
import type { StoredKind } from './artifact-roles.ts';
import { type ContentFacts, contentFacts } from './content-facts.ts';
import { recognise } from './recognise.ts';
import { readJson } from './reference/read-json.ts';
import { isObject, type Value } from './reference/value.ts';
import { Refusal } from './verdict.ts';

/** Larger documents are no artifacts: the largest that are known have some tens of kilobytes. */
export const MAX_ARTIFACT_BYTES = 1024 * 1024;

export type ArtifactReading =
  | { readonly ok: true; readonly kind: StoredKind; readonly facts: ContentFacts }
  | { readonly ok: false; readonly code: UnusableCode; readonly says: string; readonly nextStep: string };

export type UnusableCode = 'ARTIFACT_TOO_LARGE' | 'ARTIFACT_NOT_UTF8' | 'ARTIFACT_NOT_JSON' | 'ARTIFACT_UNKNOWN';

const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

const WRITE_AGAIN =
  'Have its maker write it again as JSON, or make it here; then sync. Dismiss the row with a reason if it is no evidence.';

export const tooLarge = (byteLength: number): Extract<ArtifactReading, { ok: false }> => ({
  ok: false,
  code: 'ARTIFACT_TOO_LARGE',
  says: `The file has ${grouped(byteLength)} bytes; an artifact has ${grouped(MAX_ARTIFACT_BYTES)} at most.`,
  nextStep: 'Ask the source what it put there. The file is only read, and stays where it is.',
});

/** What a document is, by its shape; or why it cannot be kept as evidence. Whether it holds is for its verifier to say. */
export function readArtifact(bytes: Uint8Array): ArtifactReading {
  if (bytes.length > MAX_ARTIFACT_BYTES) return tooLarge(bytes.length);
  let value: Value;
  try {
    value = readJson(bytes).value;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, code: isUtf8(bytes) ? 'ARTIFACT_NOT_JSON' : 'ARTIFACT_NOT_UTF8', says: error.message, nextStep: WRITE_AGAIN };
  }
  const kind = isObject(value) ? recognise(value) : null;
  if (!isObject(value) || kind === null)
    return {
      ok: false,
      code: 'ARTIFACT_UNKNOWN',
      says: isObject(value)
        ? 'The file is JSON, but none of the known kinds of evidence has its shape.'
        : 'The file is JSON, but no object: an artifact is one JSON object.',
      nextStep:
        'See which members each kind has in the evidence format; if it is no evidence, take it out of the folder or dismiss the row.',
    };
  return { ok: true, kind, facts: contentFacts(kind, value) };
}
