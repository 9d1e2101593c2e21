/** The narrow door of the room, for those who only verify files: behind it stand no database and no other room. */
export { isVerifiable, optionsOf, type OptionWords, readOptionWords, rolesOf, VERIFIABLE_KINDS } from './option-words.ts';
export { type EvidenceInputs, type EvidenceRole } from './kinds/verifier.ts';
export type { VerifiableKind } from './kinds/index.ts';
export { type Micros, microsOfMillis, readInstant } from './reference/timestamps.ts';
export type { EvidenceVerdict } from './verdict.ts';
export { publishedVerdict, verifyEvidence } from './verify-artifact.ts';
