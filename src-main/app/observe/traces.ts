import { AsyncLocalStorage } from 'node:async_hooks';
import { type Attributes, type Context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { BasicTracerProvider, type ReadableSpan, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { isAppError } from '../../../src-shared/kernel/errors.ts';

/** A span that ended, as the diagnostics show it. Ids are lower-case hex, times in milliseconds since 1970. */
export interface EndedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  /** `call tenant.list`, `read tenants.list`, `write sync.take`, `policy can_suspend_tenant`. */
  readonly name: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** Never an argument or a row: names, counts and codes only. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** `ok`, or the code of the failure. */
  readonly outcome: string;
}

export interface Traces {
  /** Runs the work in a span below the one that is running. What it throws is thrown on, and its code noted. */
  run<T>(name: string, attributes: Attributes, work: () => T | Promise<T>): Promise<T>;
  /** Newest first. */
  recent(limit: number): readonly EndedSpan[];
}

/** Some minutes of a busy console; a span is about 300 bytes. */
const KEPT_SPANS = 2_000;

const millis = ([seconds, nanos]: readonly [number, number]): number => seconds * 1000 + nanos / 1e6;

/**
 * Traces of this process through the OpenTelemetry API. The exporter is local: spans are kept in memory, in a ring, and
 * leave the machine only in a file that a person saves.
 */
export function createTraces(kept = KEPT_SPANS): Traces {
  const ring: EndedSpan[] = [];
  let next = 0;
  const exporter: SpanExporter = {
    export: (spans: ReadableSpan[], done) => {
      for (const span of spans) {
        ring[next % kept] = endedSpan(span);
        next += 1;
      }
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('countersign');
  // Not the API's global context: two apps in one process (a test, the demo's maker) must not share it.
  const current = new AsyncLocalStorage<Context>();

  return {
    run: async (name, attributes, work) => {
      const parent = current.getStore() ?? ROOT_CONTEXT;
      const span = tracer.startSpan(name, { attributes }, parent);
      try {
        return await current.run(trace.setSpan(parent, span), work);
      } catch (error) {
        const code = isAppError(error) ? error.code : 'INTERNAL';
        span.setStatus({ code: SpanStatusCode.ERROR, message: code });
        throw error;
      } finally {
        span.end();
      }
    },
    recent: (limit) => {
      const count = Math.min(limit, next, kept);
      return Array.from({ length: count }, (_, i) => ring[(next - 1 - i) % kept]!);
    },
  };
}

const endedSpan = (span: ReadableSpan): EndedSpan => ({
  traceId: span.spanContext().traceId,
  spanId: span.spanContext().spanId,
  parentSpanId: span.parentSpanContext?.spanId ?? null,
  name: span.name,
  startedAtMs: millis(span.startTime),
  durationMs: millis(span.duration),
  attributes: Object.fromEntries(
    Object.entries(span.attributes).filter((entry): entry is [string, string | number | boolean] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]),
    ),
  ),
  outcome: span.status.code === SpanStatusCode.ERROR ? (span.status.message ?? 'INTERNAL') : 'ok',
});
