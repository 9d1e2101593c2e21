import type { Inconsistency } from '../../src-shared/contract/evidence.ts';
import { artifactAddress } from './artifact-rows.ts';
import type { ConsistencyFinding, FigureValue } from './consistency.ts';
import type { ComparedMonth } from './consistency-queries.ts';
import { figureText } from './artifact-view-queries.ts';

const textOf = (value: FigureValue): string =>
  typeof value === 'number'
    ? (figureText(value) ?? '')
    : value === null
      ? 'nothing'
      : typeof value === 'string'
        ? value.toWellFormed()
        : String(value);

type Side = Inconsistency['figures'][number]['left'];
type Given = ConsistencyFinding['figures'][number]['right'];

/** A finding as faces show it: both figures beside each other, each with the place where it stands or the formula it follows from. */
export function shownFinding(finding: ConsistencyFinding, compared: ComparedMonth['compared']): Inconsistency {
  const side = (given: Given): Side => {
    if ('formula' in given) return { value: textOf(given.value), artifact: null, formula: given.formula };
    const artifact = compared.find(({ sha256, name }) => sha256 === given.sha256 && name === given.artifact);
    return {
      value: textOf(given.value),
      artifact: {
        name: given.artifact,
        sha256: given.sha256,
        pointer: given.pointer.toWellFormed(),
        address: artifact === undefined ? null : artifactAddress(artifact.artifactId),
      },
      formula: null,
    };
  };
  return {
    code: finding.code,
    severity: finding.severity,
    title: finding.title.toWellFormed(),
    says: finding.says.toWellFormed(),
    nextStep: finding.next_step,
    figures: finding.figures.map(({ name, left, right, difference }) => ({
      name,
      left: side(left),
      right: side(right),
      difference: figureText(difference),
    })),
  };
}
