import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Tells a webhook that a finance gate is false. The alert is a courtesy: whether its failure matters is the caller's choice.
 * Contract: one POST of JSON; an answer of 400 or above is a failure. A failure that may pass (no connection, no answer in
 * time, 408, 429, 5xx) is tried again; every attempt carries the same Idempotency-Key, so that a receiver can tell a repeat.
 */

export interface GateAlert {
  readonly event: 'finance_gate_failure';
  /** ISO 8601 UTC: when the packet was computed. */
  readonly captured_at: string;
  /** The packet's summary. */
  readonly summary: Readonly<Record<string, unknown>>;
  readonly gate_results: Readonly<Record<string, boolean>>;
}

export interface AlertOptions {
  /** http or https. */
  readonly url: string;
  /** For each attempt, until the answer's status has come. */
  readonly timeoutMs: number;
  /** Attempts in all, at least 1. */
  readonly attempts?: number;
  /** Before the second attempt; doubled before each further one. */
  readonly pauseMs?: number;
  readonly fetch?: typeof fetch;
}

/** What became of the alert; `says` is a sentence for people and names neither path nor credentials of the address. */
export interface AlertOutcome {
  readonly delivered: boolean;
  readonly status: number | null;
  readonly attempts: number;
  readonly says: string;
}

const ATTEMPTS = 3;
const PAUSE_MS = 500;

/** Sends the alert. Never throws: a failure is an outcome. Redirects are not followed, so that figures go nowhere else. */
export async function sendGateAlert(alert: GateAlert, options: AlertOptions): Promise<AlertOutcome> {
  const most = options.attempts ?? ATTEMPTS;
  let pause = options.pauseMs ?? PAUSE_MS;
  for (let attempt = 1; ; attempt += 1) {
    const { mayPass, ...outcome } = await attemptOnce(alert, options);
    if (outcome.delivered || !mayPass || attempt >= most) return { ...outcome, attempts: attempt };
    await wait(pause);
    pause *= 2;
  }
}

type Attempt = Omit<AlertOutcome, 'attempts'> & { readonly mayPass: boolean };

async function attemptOnce(alert: GateAlert, options: AlertOptions): Promise<Attempt> {
  const body = JSON.stringify(alert);
  const host = new URL(options.url).host;
  const timeout = AbortSignal.timeout(options.timeoutMs);
  try {
    const response = await (options.fetch ?? fetch)(options.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': createHash('sha256').update(body).digest('hex') },
      body,
      redirect: 'manual',
      signal: timeout,
    });
    const { status } = response;
    await response.body?.cancel();
    const delivered = status < 400;
    return {
      delivered,
      status,
      mayPass: status === 408 || status === 429 || status >= 500,
      says: delivered ? `The alert was sent: ${host} answered ${status}.` : `${host} refused the alert: it answered ${status}.`,
    };
  } catch (error) {
    const why = timeout.aborted ? `it did not answer within ${options.timeoutMs / 1000} seconds` : whyNot(error);
    return { delivered: false, status: null, mayPass: true, says: `The alert did not reach ${host}: ${why}.` };
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name could not be looked up',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNREFUSED: 'nothing answers at that address',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
};

function whyNot(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return REASONS[code] ?? (code === '' ? 'the connection failed' : `the connection failed (${code})`);
}
