import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import { Panel } from '../../ui/parts.tsx';
import { BarRows } from './bar-rows.tsx';
import { figureOf, usePacket } from './packet-context.tsx';
import { PacketFigure } from './packet-figure.tsx';
import { boundShown } from './packet-words.ts';
import { ScenariosTable } from './scenarios-table.tsx';
import { recordFields, scenarioFields } from './trial-inputs.ts';
import { TrialPanel } from './trial-panel.tsx';

/** What could be: scenarios, other numbers tried live, discounts, and the product hosted or run by customers. */
export function ViewOutlook() {
  const { packet } = usePacket();
  const [fields, setFields] = useState(() => recordFields(packet));
  return (
    <>
      <div className="outlook">
        <Discounts />
        <Hosting />
        <Conversions />
      </div>
      <ScenariosTable
        action={(scenario) => (
          <Button
            size="small"
            variant="minimal"
            icon="calculator"
            text="Try"
            aria-label={`Try ${scenario.name}`}
            onClick={() => {
              setFields(scenarioFields(packet, scenario));
            }}
          />
        )}
      />
      <TrialPanel fields={fields} onFields={setFields} />
    </>
  );
}

function Discounts() {
  const { packet } = usePacket();
  const total = figureOf(packet, 'discount_impact');
  const limit = Number(packet.thresholds.maxDiscountImpact);
  const rows = [
    ...packet.tiers.map(({ tier, title }) => ({ id: `tier.${tier}.discount`, title })),
    { id: 'discount_impact', title: 'All tiers' },
  ];
  const values = rows.map(({ id }) => figureOf(packet, id)?.value ?? null);
  const most = Math.max(limit * 1.15, ...values.map((value) => Number(value ?? 0)));
  return (
    <Panel title="Discount by tier" note="% of list MRR">
      <BarRows
        label="Discount by tier, percent of list MRR"
        most={most}
        mark={{ at: limit, says: `limit ${packet.thresholds.maxDiscountImpact}% for all tiers` }}
        rows={rows.map(({ id, title }, i) => ({
          id,
          label: id === 'discount_impact' ? <b>{title}</b> : title,
          value: shareOf(values[i]),
          figure: <PacketFigure id={id} />,
          status: id === 'discount_impact' && total?.limit?.holds === false ? 'bad' : undefined,
          plain: id !== 'discount_impact',
        }))}
      />
    </Panel>
  );
}

const shareOf = (value: string | null | undefined): number | null => (value === null || value === undefined ? null : Number(value));

function Hosting() {
  const { packet } = usePacket();
  const ids = ['arr', 'tco'] as const;
  const values = ids.map((id) => Number(figureOf(packet, id)?.value ?? 0));
  const delta = figureOf(packet, 'hosting_delta');
  return (
    <Panel title="Hosted against self-hosted" note="USD a year">
      <BarRows
        label="Hosted against self-hosted, USD a year"
        most={Math.max(...values, 1)}
        rows={ids.map((id, i) => ({
          id,
          label: figureOf(packet, id)?.title ?? id,
          value: values[i] ?? 0,
          figure: <PacketFigure id={id} />,
          plain: id === 'tco',
        }))}
      />
      <div className="row between bar-delta">
        <b>Difference</b>
        <b className="num">
          <PacketFigure id="hosting_delta" />
        </b>
      </div>
      {delta === null ? null : <p className="small second">{delta.says}</p>}
    </Panel>
  );
}

function Conversions() {
  const { packet } = usePacket();
  return (
    <Panel title="Conversion and expansion" note="points">
      <ul className="conversions">
        {(['growth_to_pro_delta', 'pro_to_enterprise_delta'] as const).map((id) => {
          const figure = figureOf(packet, id);
          return figure === null ? null : (
            <li key={id}>
              <span className="grow stack-0">
                <span>{figure.title}</span>
                {figure.limit === null ? null : (
                  <span className={`tiny ${figure.limit.holds ? 'muted' : 't-bad'}`}>{boundShown(figure.limit, figure.unit)}</span>
                )}
              </span>
              <span className={`metric-value${figure.limit?.holds === false ? ' t-bad' : ''}`}>
                <PacketFigure id={id} />
              </span>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
