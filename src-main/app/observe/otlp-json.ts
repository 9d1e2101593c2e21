import type { EndedSpan } from './traces.ts';

/**
 * Spans as one OTLP/JSON document (`ExportTraceServiceRequest`), which any OpenTelemetry tool reads. Times are nanoseconds
 * since 1970 as decimal text, ids lower-case hex, as the protocol's JSON mapping says.
 */
export function otlpJson(spans: readonly EndedSpan[], version: string): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: {
          attributes: [
            { key: 'service.name', value: { stringValue: 'countersign' } },
            { key: 'service.version', value: { stringValue: version } },
          ],
        },
        scopeSpans: [{ scope: { name: 'countersign' }, spans: spans.map(otlpSpan) }],
      },
    ],
  });
}

const STATUS_OK = 1;
const STATUS_ERROR = 2;
const KIND_INTERNAL = 1;

const nanos = (ms: number): string => String(BigInt(Math.round(ms * 1000)) * 1000n);

const otlpSpan = (span: EndedSpan) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId === null ? {} : { parentSpanId: span.parentSpanId }),
  name: span.name,
  kind: KIND_INTERNAL,
  startTimeUnixNano: nanos(span.startedAtMs),
  endTimeUnixNano: nanos(span.startedAtMs + span.durationMs),
  attributes: Object.entries(span.attributes).map(([key, value]) => ({ key, value: otlpValue(value) })),
  status: span.outcome === 'ok' ? { code: STATUS_OK } : { code: STATUS_ERROR, message: span.outcome },
});

const otlpValue = (value: string | number | boolean) =>
  typeof value === 'string'
    ? { stringValue: value }
    : typeof value === 'boolean'
      ? { boolValue: value }
      : Number.isInteger(value)
        ? { intValue: String(value) }
        : { doubleValue: value };
