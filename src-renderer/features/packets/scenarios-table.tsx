import type { ReactNode } from 'react';
import type { PacketDocument } from '../../../src-shared/contract/packet-document.ts';
import { Panel } from '../../ui/parts.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { figureOf, usePacket } from './packet-context.tsx';
import { PacketFigure } from './packet-figure.tsx';
import { changeShown } from './packet-words.ts';

type Scenario = PacketDocument['scenarios'][number];

/** `× 1.15`, and nothing where it is as recorded. */
const times = (text: string): ReactNode => (Number(text) === 1 ? <span className="muted">×&nbsp;1</span> : `×\u00a0${text}`);

/** The scenarios of the assumptions, each with what it multiplies and what comes of it. */
export function ScenariosTable({ action }: { readonly action: (scenario: Scenario) => ReactNode }) {
  const { packet } = usePacket();
  const margin = figureOf(packet, 'blended_margin')?.value ?? null;
  return (
    <Panel title="Scenarios" note="of the assumptions" pad={false}>
      {packet.scenarios.length === 0 ? (
        <p className="pad second">The assumptions name no scenario.</p>
      ) : (
        <div className="scroll-sideways" tabIndex={0} role="region" aria-label="Scenarios, table">
          <table className="table tight plain">
            <thead>
              <tr>
                <th scope="col">Scenario</th>
                {packet.tiers.map(({ tier, title }) => (
                  <th key={tier} scope="col" className="num hide-narrow">
                    {title} <span className="muted">subs, price</span>
                  </th>
                ))}
                <th scope="col" className="num">
                  Effective MRR, USD
                </th>
                <th scope="col" className="num">
                  Margin
                </th>
                <th scope="col" className="num">
                  Against the month
                </th>
                <th scope="col" aria-label="Try it" />
              </tr>
            </thead>
            <tbody>
              {packet.scenarios.map((scenario, i) => {
                const id = `scenario.${i + 1}`;
                const value = figureOf(packet, `${id}.margin`)?.value ?? null;
                return (
                  <tr key={`${scenario.name} ${i}`}>
                    <th scope="row" className="scenario-name ellipsis" title={visibleText(scenario.name)}>
                      {visibleText(scenario.name)}
                    </th>
                    {packet.tiers.map(({ tier }) => (
                      <td key={tier} className="num hide-narrow">
                        {times(scenario.subscriptionsByTier[tier])}, {times(scenario.monthlyPricesByTier[tier])}
                      </td>
                    ))}
                    <td className="num">
                      <PacketFigure id={`${id}.effective_mrr`} />
                    </td>
                    <td className="num strong">
                      <PacketFigure id={`${id}.margin`} />
                    </td>
                    <td className="num second">
                      {value === null || margin === null ? '' : changeShown((Number(value) - Number(margin)).toFixed(2), 'percent')}
                    </td>
                    <td className="num">{action(scenario)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
