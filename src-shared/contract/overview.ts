import { address, count, done, isoTime, noInput } from './common.ts';
import { command, query, z } from './define.ts';

const need = z.strictObject({
  needId: z.string(),
  status: z.enum(['bad', 'warn', 'idle']),
  title: z.string(),
  says: z.string(),
  since: isoTime.nullable(),
  foundBy: z.string().nullable(),
  action: z.strictObject({ label: z.string(), address }),
});
export type Need = z.infer<typeof need>;

export const overview = {
  'overview.get': query({
    input: noInput,
    output: z.strictObject({
      needs: z.array(need),
      /** Each feed against its own promise, for 14 days up to today. */
      freshness: z.array(
        z.strictObject({
          sourceName: z.string(),
          feed: z.string(),
          days: z.array(
            z.strictObject({
              date: z.string(),
              state: z.enum(['on-time', 'late', 'stale', 'no-run', 'before']),
              hoursLate: count.nullable(),
            }),
          ),
          lastSuccessAt: isoTime.nullable(),
          hoursSince: z.number().nullable(),
          state: z.enum(['on-time', 'late', 'stale', 'paused']),
        }),
      ),
      /** What changed since this member last looked. */
      changes: z.strictObject({
        since: isoTime.nullable(),
        items: z.array(z.strictObject({ says: z.string(), count, address })),
      }),
      activity: z.array(
        z.strictObject({
          seq: count,
          at: isoTime,
          who: z.string(),
          says: z.string(),
          hash: z.string(),
          status: z.enum(['ok', 'warn', 'bad', 'idle']),
          address: address.nullable(),
        }),
      ),
      empty: z.boolean(),
    }),
  }),
  'overview.seen': command({ input: noInput, output: done }),
  'search.find': query({
    input: z.strictObject({ text: z.string().max(200), limit: z.int().min(1).max(50).default(20) }),
    output: z.strictObject({
      hits: z.array(
        z.strictObject({
          kind: z.enum(['chain', 'receipt', 'source', 'quarantine', 'member', 'audit']),
          title: z.string(),
          note: z.string(),
          address,
        }),
      ),
    }),
  }),
} as const;
