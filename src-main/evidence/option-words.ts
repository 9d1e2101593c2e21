import { shortened } from './reference/fields.ts';
import { floatOfText } from './reference/numbers.ts';
import { VERIFIERS, type VerifiableKind } from './kinds/index.ts';
import type { EvidenceRole, VerifierOption } from './kinds/verifier.ts';
import { Refusal } from './verdict.ts';
import type { EvidenceOptions } from './verify-artifact.ts';

/** Options as they come from a command line, by their flag: a text, or true for a switch. */
export type OptionWords = Readonly<Record<string, string | boolean | undefined>>;

export const optionsOf = (kind: VerifiableKind): readonly VerifierOption[] => VERIFIERS[kind].options;
export const rolesOf = (kind: VerifiableKind): readonly EvidenceRole[] => VERIFIERS[kind].roles;
export const isVerifiable = (kind: string): kind is VerifiableKind => Object.hasOwn(VERIFIERS, kind);
export const VERIFIABLE_KINDS = Object.keys(VERIFIERS) as readonly VerifiableKind[];

/**
 * The options of a kind from their words. Numbers are read as the reference's command line reads them: `nan`, `inf` and
 * `1_000` are numbers, and whether they may stand there is the verifier's rule.
 * @throws Refusal where a word is no number
 */
export function readOptionWords<K extends VerifiableKind>(kind: K, words: OptionWords): EvidenceOptions<K> {
  const read: Record<string, unknown> = {};
  for (const { name, flag, type } of optionsOf(kind)) {
    const word = words[flag];
    if (word !== undefined) read[name] = type === 'number' ? numberOf(flag, String(word)) : word;
  }
  return read as EvidenceOptions<K>;
}

function numberOf(flag: string, word: string): number {
  const value = floatOfText(word);
  if (value === null) throw new Refusal(`--${flag} must be a number, not “${shortened(word)}”`, flag.replaceAll('-', '_'));
  return value;
}
