import { createEmitter, type Emitter, type EmitterState, type FetchLike } from '../../../src-shared/emitter/index.ts';

/**
 * The console counts its own operations as any service would: through the emitter's client, into the workspace's own intake,
 * for a tenant of its own. Off until a person switches it on.
 */

export interface SelfMeteringSetting {
  readonly on: boolean;
  readonly tenantId: string | null;
}

export const SELF_METERING_OFF: SelfMeteringSetting = { on: false, tenantId: null };
/** Settings' key. */
export const SELF_METERING = 'usage.selfMetering';

const SOURCE = 'urn:countersign:console';

/** Which metric an operation counts for; null for what is only looked at. */
export const metricOf = (procedure: string, kind: 'query' | 'command'): 'api_request' | 'approval' | null => {
  if (/^(intake|job|session|host)\./.test(procedure)) return null;
  if (procedure === 'approval.confirm') return 'approval';
  return kind === 'command' || /(^|\.)(export|verify|proof)/i.test(procedure) ? 'api_request' : null;
};

const UNITS = { api_request: 'request', approval: 'approval' } as const;

export interface SelfMetering {
  /** An operation that succeeded. */
  readonly note: (operation: { readonly procedure: string; readonly kind: 'query' | 'command'; readonly requestId: string }) => void;
  readonly configure: (setting: SelfMeteringSetting) => Promise<void>;
  readonly state: () => EmitterState | null;
  readonly flush: () => Promise<EmitterState | null>;
  readonly close: () => Promise<void>;
}

export interface SelfMeteringDeps {
  /** Takes a batch as the intake does and answers as it does. */
  readonly fetch: FetchLike;
  readonly nowMs: () => number;
  readonly newId: () => string;
  readonly later: (work: () => void, delayMs: number) => void;
}

export function createSelfMetering(deps: SelfMeteringDeps): SelfMetering {
  let setting = SELF_METERING_OFF;
  let emitter: Emitter | null = null;
  const stop = async (): Promise<void> => {
    const running = emitter;
    emitter = null;
    await running?.close();
  };
  return {
    note: ({ procedure, kind, requestId }) => {
      const metric = metricOf(procedure, kind);
      if (emitter === null || setting.tenantId === null || metric === null) return;
      // The request's id is the natural key: an operation is counted once, however often its event is sent.
      emitter.emit({
        tenantId: setting.tenantId,
        metric,
        quantity: 1,
        unit: UNITS[metric],
        key: requestId,
        dimensions: { procedure },
      });
    },
    configure: async (wanted) => {
      await stop();
      setting = wanted;
      if (!wanted.on || wanted.tenantId === null) return;
      emitter = createEmitter({
        url: 'the workspace’s own intake',
        token: () => 'own',
        source: SOURCE,
        fetch: deps.fetch,
        now: deps.nowMs,
        newId: deps.newId,
        random: () => 0.5,
        wait: () => Promise.resolve(),
        later: deps.later,
        attempts: 2,
      });
    },
    state: () => emitter?.state() ?? null,
    flush: async () => (emitter === null ? null : emitter.flush()),
    close: stop,
  };
}
