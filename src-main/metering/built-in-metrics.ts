import type { MetricSpec } from './metric-spec.ts';
import { parseMonth } from './usage-time.ts';

/**
 * The metrics every workspace begins with; migration 0015 writes them. Their costs are assumptions to begin with
 * (docs/metering.md): a catalogue of one's own replaces them with a later version.
 */
const metric = (spec: Pick<MetricSpec, 'metric' | 'title' | 'unit' | 'spellings' | 'aggregation' | 'costPerUnit'>): MetricSpec => ({
  version: 1,
  uniqueOf: null,
  keeping: 'raw',
  dimensions: null,
  costFrom: parseMonth('1970-01')!,
  ...spec,
});

export const BUILT_IN_METRICS: readonly MetricSpec[] = [
  metric({
    metric: 'ingest_unit',
    title: 'Ingest units',
    unit: 'unit',
    spellings: ['ingest_unit', 'units'],
    aggregation: 'SUM',
    costPerUnit: '0.0004',
  }),
  metric({
    metric: 'storage_gb_month',
    title: 'Storage, GB months',
    unit: 'GB',
    spellings: ['gb', 'gb_month', 'GB-month', 'storage_gb_month'],
    aggregation: 'TIME_WEIGHTED',
    costPerUnit: '0.023',
  }),
  metric({
    metric: 'query_credit',
    title: 'Query credits',
    unit: 'credit',
    spellings: ['query_credit', 'credits'],
    aggregation: 'SUM',
    costPerUnit: '0.001',
  }),
  metric({ metric: 'seat', title: 'Seats', unit: 'seat', spellings: ['seats'], aggregation: 'TIME_WEIGHTED', costPerUnit: '1.2' }),
  metric({
    metric: 'llm_token',
    title: 'LLM tokens',
    unit: 'token',
    spellings: ['llm_token', 'tokens'],
    aggregation: 'SUM',
    costPerUnit: '0.000002',
  }),
  metric({
    metric: 'api_request',
    title: 'API requests',
    unit: 'request',
    spellings: ['api_request', 'requests'],
    aggregation: 'SUM',
    costPerUnit: '0.000004',
  }),
];
