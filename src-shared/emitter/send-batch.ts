import { EVENT_OUTCOMES, type EventOutcome, type UsageEvent } from './usage-event.ts';

/** One request to an intake, and what its answer means for the batch. */

/** As much of `fetch` as a client needs; handed in, so that this code runs anywhere. */
export type FetchLike = (
  url: string,
  init: { readonly method: 'POST'; readonly headers: Readonly<Record<string, string>>; readonly body: string },
) => Promise<{
  readonly status: number;
  readonly headers: { readonly get: (name: string) => string | null };
  readonly text: () => Promise<string>;
}>;

export interface EventAnswer {
  readonly id: string;
  readonly outcome: EventOutcome;
  /** Why it was quarantined or in conflict. */
  readonly code?: string;
  readonly says?: string;
}

export type BatchResult =
  | { readonly kind: 'taken'; readonly answers: readonly EventAnswer[] }
  /** Smaller batches may pass. */
  | { readonly kind: 'too-large' }
  /** Asking again changes nothing: the token or the request is wrong. */
  | { readonly kind: 'refused'; readonly says: string }
  /** Asking again may help: the intake is busy or cannot be reached. */
  | { readonly kind: 'failed'; readonly says: string; readonly retryAfterMs: number | null };

export const BATCH_TYPE = 'application/cloudevents-batch+json';

/** Sends the batch once. Never throws. */
export async function sendBatch(
  events: readonly UsageEvent[],
  { url, token, fetch }: { readonly url: string; readonly token: string; readonly fetch: FetchLike },
): Promise<BatchResult> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': BATCH_TYPE, Authorization: `Bearer ${token}` },
      body: JSON.stringify(events),
    });
    const { status } = response;
    if (status === 200) return taken(events, await response.text());
    if (status === 413) return { kind: 'too-large' };
    if (status === 408 || status === 429 || status >= 500) {
      return { kind: 'failed', says: `The intake answered ${status}.`, retryAfterMs: secondsOf(response.headers.get('retry-after')) };
    }
    return { kind: 'refused', says: `The intake answered ${status}: ${(await response.text()).slice(0, 300).trim()}` };
  } catch (error) {
    return {
      kind: 'failed',
      says: `The intake cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
      retryAfterMs: null,
    };
  }
}

const secondsOf = (header: string | null): number | null => (header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null);

/** An answer that does not speak of every event is no proof that they arrived: the batch is sent again, which changes nothing. */
function taken(events: readonly UsageEvent[], body: string): BatchResult {
  const failed = (says: string): BatchResult => ({ kind: 'failed', says, retryAfterMs: null });
  let outcomes: unknown;
  try {
    outcomes = (JSON.parse(body) as { outcomes?: unknown } | null)?.outcomes;
  } catch {
    return failed('The intake answered with what is no JSON.');
  }
  if (!Array.isArray(outcomes) || outcomes.length !== events.length) return failed('The intake did not answer for every event.');
  const answers: EventAnswer[] = [];
  for (const [i, one] of (outcomes as unknown[]).entries()) {
    const answer = answerOf(one);
    if (answer === null || answer.id !== events[i]!.id) return failed(`The intake’s answer ${i + 1} is not of the event that was sent.`);
    answers.push(answer);
  }
  return { kind: 'taken', answers };
}

function answerOf(value: unknown): EventAnswer | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, outcome, code, says } = value as Readonly<Record<string, unknown>>;
  const known = EVENT_OUTCOMES.find((one) => one === outcome);
  if (typeof id !== 'string' || known === undefined) return null;
  return { id, outcome: known, ...(typeof code === 'string' ? { code } : {}), ...(typeof says === 'string' ? { says } : {}) };
}
