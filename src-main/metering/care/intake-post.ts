import { bodyFormat, splitEvents } from './split-events.ts';
import { answerDocument, EVENT_RATE, MAX_POST_EVENTS, POST_RATE, type PostedOutcome } from './intake-rules.ts';
import { createRateBucket, type RateBucket } from './rate-limit.ts';

/** How a post of events is judged before anything is stored, and what it is answered. */

/** What an emitter sent; the body is read only where token and size allow it. */
export interface EventPost {
  readonly token: string | null;
  readonly contentType: string;
  readonly declaredBytes: number | null;
  /** Null when it is larger than the host takes, or did not come in time. */
  readonly body: () => Promise<Uint8Array | null>;
}

export interface EventPostAnswer {
  readonly status: 200 | 400 | 401 | 413 | 415 | 429 | 503;
  readonly retryAfterSeconds?: number;
  readonly document: object;
}

export interface PostDeps {
  /** The number of a token that counts; null for one that was never made or has ended. */
  readonly tokenNo: (token: string) => Promise<number | null>;
  readonly take: (post: {
    readonly tokenNo: number;
    readonly items: readonly Uint8Array[];
    readonly bytes: number;
  }) => Promise<readonly PostedOutcome[]>;
  readonly maxBytes: number;
  /** A steady clock. */
  readonly nowMs: () => number;
}

const refusal = (status: EventPostAnswer['status'], code: string, message: string, nextStep: string): EventPostAnswer => ({
  status,
  document: { error: { code, message, nextStep } },
});

const UNKNOWN_TOKEN = refusal(
  401,
  'FORBIDDEN',
  'The token is missing, was never made here, or has ended. Nothing was taken.',
  'Make a token with `intake create NAME` and send it as “Authorization: Bearer …”.',
);

/** Buckets of senders that were heard lately; a token more than these begins with a full one. */
const BUCKETS = 256;

export function createPostTaker(deps: PostDeps): (post: EventPost) => Promise<EventPostAnswer> {
  const buckets = new Map<number, { readonly posts: RateBucket; readonly events: RateBucket }>();
  const bucketsOf = (tokenNo: number) => {
    const known = buckets.get(tokenNo);
    if (known !== undefined) return known;
    if (buckets.size >= BUCKETS) buckets.delete(buckets.keys().next().value!);
    const made = { posts: createRateBucket(POST_RATE), events: createRateBucket(EVENT_RATE) };
    buckets.set(tokenNo, made);
    return made;
  };
  const tooFast = (waitMs: number): EventPostAnswer => ({
    ...refusal(
      429,
      'TOO_MANY_CALLS',
      'This token sends faster than the intake takes. Nothing of the post was taken.',
      'Send the same post again after the time in Retry-After.',
    ),
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  });
  const tooLarge = (): EventPostAnswer =>
    refusal(
      413,
      'FRAME_TOO_LARGE',
      `A post holds at most ${MAX_POST_EVENTS} events and ${deps.maxBytes} bytes. Nothing of it was taken.`,
      'Send it in smaller parts.',
    );

  return async (post) => {
    const tokenNo = post.token === null ? null : await deps.tokenNo(post.token);
    if (tokenNo === null) return UNKNOWN_TOKEN;
    const limits = bucketsOf(tokenNo);
    const waitForPost = limits.posts.take(1, deps.nowMs());
    if (waitForPost > 0) return tooFast(waitForPost);
    const format = bodyFormat(post.contentType);
    if (format === null) {
      return refusal(
        415,
        'BAD_INPUT',
        'The intake does not read this content type. Nothing was taken.',
        'Send application/cloudevents+json, application/cloudevents-batch+json or application/x-ndjson.',
      );
    }
    if (post.declaredBytes !== null && post.declaredBytes > deps.maxBytes) return tooLarge();
    const body = await post.body();
    if (body === null) return tooLarge();
    const items = splitEvents(format, body);
    if (items === null) {
      return refusal(
        400,
        'BAD_INPUT',
        'The body is no JSON array of events. Nothing was taken.',
        'Check its brackets, or send one event a line as application/x-ndjson.',
      );
    }
    if (items.length > MAX_POST_EVENTS) return tooLarge();
    const waitForEvents = limits.events.take(items.length, deps.nowMs());
    if (waitForEvents > 0) return tooFast(waitForEvents);
    return { status: 200, document: answerDocument(await deps.take({ tokenNo, items, bytes: body.length })) };
  };
}
