import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { EvidenceArtifact } from '../../src-shared/contract/evidence.ts';
import { isArtifactRole, type StoredKind } from './artifact-roles.ts';
import { type FigureView, figureText } from './artifact-view-queries.ts';
import { VERIFIERS } from './kinds/index.ts';
import { STANDING_OPTIONS } from './standing-options.ts';

type FigureProof = OutputOf<Contract, 'evidence.figureProof'>;

/** One word of a shell command. */
const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** The last part of a path, as a file is called that the terminal writes. */
const fileOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/**
 * How the verdict is had without this console: the bytes as they came, then the verifier with the options and the clock of
 * the kept verification. Null where there is no verifier.
 */
export function verifyCommand(
  kind: StoredKind,
  artifact: Pick<EvidenceArtifact, 'artifactId' | 'name'>,
  versionNo: number,
  judgedAt: string | null,
  folder: string,
): string | null {
  if (!isArtifactRole(kind) || kind === 'finance-assumptions') return null;
  const options: Readonly<Record<string, unknown>> = STANDING_OPTIONS[kind];
  const flags = VERIFIERS[kind].options.flatMap(({ name, flag }) => (name in options ? [`--${flag}`, String(options[name])] : []));
  const file = shellWord(fileOf(artifact.name));
  const show = [
    'countersign',
    'evidence',
    'show',
    artifact.artifactId,
    '--raw',
    '--revision',
    String(versionNo),
    '--workspace',
    shellWord(folder),
  ];
  const verify = ['countersign', 'evidence', 'verify', kind, file, ...flags, ...(judgedAt === null ? [] : ['--now', judgedAt])];
  return `${show.join(' ')} > ${file} && ${verify.join(' ')}`;
}

const placeOf = (pointer: string): string => (pointer === '' ? 'the document' : pointer);

/** A figure with everything that it follows from. */
export function figureProof(view: FigureView, artifact: EvidenceArtifact, folder: string): FigureProof {
  const { figure, before } = view;
  const computed = figureText(figure.computed);
  const declared = figureText(figure.declared);
  const value = computed ?? declared ?? '';
  const says =
    computed === null
      ? `The artifact declares ${declared ?? 'no value'}; it cannot be computed from this artifact alone.`
      : declared === null
        ? `The rule gives ${computed}; the artifact declares nothing.`
        : figure.holds
          ? `The artifact declares ${declared}, and the rule gives the same from its rows.`
          : `The artifact declares ${declared}, but the rule gives ${computed} from its rows.`;
  const moved = before !== null && before.computed !== null && figure.computed !== null ? figure.computed - before.computed : null;
  const result = {
    figure: figure.id,
    computed: figure.computed,
    declared: figure.declared,
    inputs: figure.inputs.map(({ pointer, value: input }) => [pointer, input]),
    artifact: view.sha256,
  };
  return {
    name: figure.name,
    unit: figure.unit,
    value,
    holds: figure.holds,
    proof: {
      says,
      checkedAt: view.checkedAt,
      rule: { name: view.label, version: view.ruleVersion, source: figure.rule },
      formula: [
        { says: figure.formula, figure: computed ?? 'not computed', holds: computed === null ? null : figure.holds },
        ...(declared === null ? [] : [{ says: `declared at ${placeOf(figure.declaredAt ?? '')}`, figure: declared, holds: null }]),
      ],
      inputs: [
        ...figure.inputs.map((input) => ({
          name: `${input.name} ${figureText(input.value) ?? ''}`.trim(),
          says: placeOf(input.pointer),
          sha256: null,
          address: null,
        })),
        {
          name: view.artifactName,
          says: `version ${view.position}, ${view.byteLength} bytes`,
          sha256: view.sha256,
          address: `${artifact.address}?version=${view.versionNo}`,
        },
      ],
      resultSha256: createHash('sha256').update(canonicalize(result)!, 'utf8').digest('hex'),
      command: verifyCommand(view.kind, artifact, view.versionNo, view.checkedAt, folder) ?? '',
      changedSince:
        before === null || moved === null
          ? null
          : moved === 0
            ? `The same as in version ${before.position}.`
            : `${figureText(before.computed)} in version ${before.position}; ${moved > 0 ? '+' : '−'}${Math.abs(moved).toFixed(2)} since.`,
    },
  };
}
