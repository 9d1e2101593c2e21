import { Button } from '@blueprintjs/core';
import { type ReactNode, type RefObject, useRef } from 'react';
import { TENANT_THRESHOLDS, type TenantFacetValue, type TenantFilter, type TenantStatus } from '../../../src-shared/contract/tenants.ts';
import { type Answer, useProcedure } from '../../port/use-app.ts';
import { FacetMany } from '../../ui/facet-many.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { type FacetOption, TableFacet, TableSearch, TableTools } from '../../ui/table-tools.tsx';
import { sameFilter } from './catalogue-query.ts';
import { planWord } from './tenant-words.ts';

type Facets = Answer<'tenant.facets'>;
type Part<K extends keyof TenantFilter> = Pick<TenantFilter, K>;

const { riskRaised, riskHigh, limitSoftPercent, marginFloorPercent } = TENANT_THRESHOLDS;
const optionsOf = <V extends string = string>(values: readonly TenantFacetValue[] | undefined): FacetOption<V>[] =>
  (values ?? []).map(({ value, label, count }) => ({ value: value as V, label, count }));
const countOf = (values: readonly TenantFacetValue[] | undefined, ...wanted: readonly string[]): number | undefined =>
  values === undefined ? undefined : values.filter(({ value }) => wanted.includes(value)).reduce((sum, { count }) => sum + count, 0);

/** Leaves entries out that were set to `undefined`: a filter names only what narrows. */
export const withPart = (filter: TenantFilter, part: { readonly [K in keyof TenantFilter]?: TenantFilter[K] | undefined }): TenantFilter =>
  Object.fromEntries(Object.entries({ ...filter, ...part }).filter(([, value]) => value !== undefined));

const PAID = 'paid ';
const FREE = 'free ';

/** Plans that cost something or nothing stand before the plans by name. A trailing blank keeps them apart from a plan of that name. */
const planOptions = (facets: Facets | undefined): FacetOption<string>[] => [
  { value: PAID, label: 'paid' },
  { value: FREE, label: 'free of charge' },
  ...optionsOf(facets?.plan).map((option) => ({ ...option, label: option.label === option.value ? planWord(option.label) : option.label })),
];
const planValues = ({ plan, paid }: TenantFilter): string[] => [...(paid === undefined ? [] : [paid ? PAID : FREE]), ...(plan ?? [])];
const planPart = (filter: TenantFilter, values: readonly string[]): Part<'plan' | 'paid'> | object => {
  const plan = values.filter((value) => value !== PAID && value !== FREE);
  // Of "paid" and "free" the one that was pressed last holds.
  const cost = [PAID, FREE].filter((value) => values.includes(value));
  const paid = cost.length === 0 ? undefined : cost.length === 1 ? cost[0] === PAID : filter.paid !== true;
  return { plan: plan.length === 0 ? undefined : plan, paid };
};

type Need = 'either' | 'high' | 'raised' | 'over' | 'soft' | 'incidents' | 'own';
const NEED_PARTS = ['attention', 'risk', 'limitState', 'riskAtLeast', 'limitAtLeastPercent', 'openIncidents'] as const;
type NeedPart = Part<(typeof NEED_PARTS)[number]>;
const NEEDS: readonly { readonly value: Need; readonly part: NeedPart; readonly label: string; readonly words: ReactNode }[] = [
  {
    value: 'either',
    part: { attention: { risk: riskRaised, limitPercent: limitSoftPercent } },
    label: `risk ≥ ${riskRaised} or limit ≥ ${limitSoftPercent}%`,
    words: (
      <>
        Risk ≥ <b>{riskRaised}</b> or limit ≥ <b>{limitSoftPercent}%</b>
      </>
    ),
  },
  { value: 'high', part: { risk: ['high'] }, label: `risk ≥ ${riskHigh}, high`, words: <>Risk ≥ {<b>{riskHigh}</b>}</> },
  {
    value: 'raised',
    part: { risk: ['raised', 'high'] },
    label: `risk ≥ ${riskRaised}, raised or high`,
    words: <>Risk ≥ {<b>{riskRaised}</b>}</>,
  },
  { value: 'over', part: { limitState: ['over'] }, label: 'over a limit', words: <>Limit {<b>over</b>}</> },
  { value: 'soft', part: { limitState: ['soft', 'over'] }, label: 'at a soft limit or over', words: <>Limit {<b>soft or over</b>}</> },
  { value: 'incidents', part: { openIncidents: true }, label: 'open incidents', words: <>Incidents {<b>open</b>}</> },
];

const needPart = (filter: TenantFilter): TenantFilter =>
  Object.fromEntries(NEED_PARTS.flatMap((key) => (filter[key] === undefined ? [] : [[key, filter[key]]])));
const noNeed = Object.fromEntries(NEED_PARTS.map((key) => [key, undefined]));

/** What a view may ask beyond the choices of the facet is said all the same. */
const ownNeedWords = (filter: TenantFilter): ReactNode => {
  const { attention, riskAtLeast, limitAtLeastPercent, risk, limitState, openIncidents } = filter;
  const parts = [
    ...(attention === undefined ? [] : [`risk ≥ ${attention.risk} or limit ≥ ${attention.limitPercent}%`]),
    ...(riskAtLeast === undefined ? [] : [`risk ≥ ${riskAtLeast}`]),
    ...(limitAtLeastPercent === undefined ? [] : [`limit ≥ ${limitAtLeastPercent}%`]),
    ...(risk === undefined ? [] : [`risk ${risk.join(', ')}`]),
    ...(limitState === undefined ? [] : [`limit ${limitState.join(', ')}`]),
    ...(openIncidents === undefined ? [] : [openIncidents ? 'open incidents' : 'no open incident']),
  ];
  return <b>{parts.join('; ')}</b>;
};

const MARGINS = [
  { value: String(marginFloorPercent), label: `under ${marginFloorPercent}%` },
  { value: '50', label: 'under 50%' },
  { value: '0', label: 'under 0%, loses money' },
] as const;

export interface CatalogueFacetsProps {
  readonly filter: TenantFilter;
  readonly onFilter: (filter: TenantFilter) => void;
  readonly typed: string;
  readonly onType: (text: string) => void;
  readonly onClear: (() => void) | null;
  readonly searchBox: RefObject<HTMLInputElement | null>;
  readonly enabled: boolean;
}

/** Search and facets above the list; each facet says its value. */
export function CatalogueFacets({ filter, onFilter, typed, onType, onClear, searchBox, enabled }: CatalogueFacetsProps) {
  const facets = useProcedure('tenant.facets', { filter }, { keep: true, enabled }).data;
  const bar = useRef<HTMLDivElement>(null);
  useShortcut('/', 'Search tenants', () => searchBox.current?.focus());
  useShortcut('F', 'Filter tenants', () => {
    const first = bar.current?.querySelector<HTMLElement>('.facet');
    first?.focus();
    first?.click();
  });
  const change = (part: Parameters<typeof withPart>[1]): void => {
    onFilter(withPart(filter, part));
  };
  const needs = needPart(filter);
  const need = NEEDS.find(({ part }) => sameFilter(part, needs));
  const counts: Readonly<Partial<Record<Need, number | undefined>>> = {
    high: countOf(facets?.risk, 'high'),
    raised: countOf(facets?.risk, 'raised', 'high'),
    over: countOf(facets?.limitState, 'over'),
    soft: countOf(facets?.limitState, 'soft', 'over'),
  };
  const margin = filter.marginUnder === undefined ? undefined : String(filter.marginUnder);
  const margins: readonly FacetOption<string>[] =
    margin === undefined || MARGINS.some(({ value }) => value === margin)
      ? MARGINS
      : [...MARGINS, { value: margin, label: `under ${margin}%` }];
  const own = Object.keys(needs).length > 0 && need === undefined;
  return (
    <TableTools after={onClear === null ? null : <Button variant="minimal" size="small" text="Clear all" onClick={onClear} />}>
      <TableSearch label="Search tenants" placeholder="Name, id, contact or tag" value={typed} onChange={onType} inputRef={searchBox} />
      <div className="facet-bar" ref={bar}>
        <FacetMany
          label="Plan"
          options={planOptions(facets)}
          values={planValues(filter)}
          onChange={(values) => {
            change(planPart(filter, values));
          }}
        />
        <TableFacet<Need>
          label="Risk or limit"
          any="any risk, any limit"
          value={own ? 'own' : need?.value}
          options={[
            ...NEEDS.map(({ value, label }) => {
              const count = counts[value];
              return { value, label, ...(count === undefined ? {} : { count }) };
            }),
            ...(own ? [{ value: 'own' as const, label: 'as the view says' }] : []),
          ]}
          words={own ? ownNeedWords(filter) : need?.words}
          onChange={(value) => {
            if (value === 'own') return;
            change({ ...noNeed, ...NEEDS.find((each) => each.value === value)?.part });
          }}
        />
        <FacetMany<TenantStatus>
          label="Status"
          options={optionsOf(facets?.status)}
          values={filter.status ?? []}
          onChange={(status) => {
            change({ status: status.length === 0 ? undefined : [...status] });
          }}
        />
        <FacetMany
          label="Region"
          options={optionsOf(facets?.region)}
          values={filter.region ?? []}
          onChange={(region) => {
            change({ region: region.length === 0 ? undefined : [...region] });
          }}
        />
        <TableFacet
          label="Margin"
          any="any margin"
          value={margin}
          options={margins}
          onChange={(value) => {
            change({ marginUnder: value === undefined ? undefined : Number(value) });
          }}
        />
        {(facets?.partner.length ?? 0) > 1 || filter.partner !== undefined ? (
          <FacetMany
            label="Partner"
            options={optionsOf(facets?.partner)}
            values={filter.partner ?? []}
            onChange={(partner) => {
              change({ partner: partner.length === 0 ? undefined : [...partner] });
            }}
          />
        ) : null}
        {filter.tier === undefined ? null : (
          <FacetMany
            label="Tier"
            options={optionsOf(facets?.tier)}
            values={filter.tier}
            onChange={(tier) => {
              change({ tier: tier.length === 0 ? undefined : [...tier] });
            }}
          />
        )}
        {(facets?.tags.length ?? 0) > 0 || filter.tags !== undefined ? (
          <FacetMany
            label="Tag"
            options={optionsOf(facets?.tags)}
            values={filter.tags ?? []}
            onChange={(tags) => {
              change({ tags: tags.length === 0 ? undefined : [...tags] });
            }}
          />
        ) : null}
      </div>
    </TableTools>
  );
}
