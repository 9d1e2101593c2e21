import { Icon, type IconName } from '@blueprintjs/core';
import type { PlanDifference } from '../../../src-shared/contract/plans.ts';
import { visibleText } from '../../ui/visible-text.ts';
import { differenceSign } from './plan-words.ts';

const KIND_ICON: Readonly<Record<PlanDifference['kind'], IconName>> = {
  price: 'dollar',
  limit: 'horizontal-distribution',
  feature: 'tick',
  guardrail: 'shield',
  other: 'edit',
};
const SIGN = { new: 'new', gone: 'gone', changed: '' } as const;

/** What differs between two versions, in the order in which a plan is read. */
export function Differences({ differences, label }: { readonly differences: readonly PlanDifference[]; readonly label: string }) {
  if (differences.length === 0) return <p className="small second">Nothing differs.</p>;
  return (
    <table className="table tight plain inset differences">
      <caption className="visually-hidden">{label}</caption>
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col" className="num">
            Before
          </th>
          <th scope="col" className="num">
            After
          </th>
        </tr>
      </thead>
      <tbody>
        {differences.map((difference) => {
          const sign = SIGN[differenceSign(difference)];
          return (
            <tr key={`${difference.kind} ${difference.what}`}>
              <th scope="row">
                <span className="row">
                  <Icon icon={KIND_ICON[difference.kind]} size={12} className="muted" title={difference.kind} />
                  <span>{visibleText(difference.what)}</span>
                  {sign === '' ? null : <span className="pill">{sign}</span>}
                </span>
              </th>
              <td className="num muted">{difference.before === null ? '–' : visibleText(difference.before)}</td>
              <td className="num strong">{difference.after === null ? '–' : visibleText(difference.after)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
