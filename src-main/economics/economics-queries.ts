import { monthText } from '../metering/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { type CloseResult, keepClose, monthsToClose } from './closes.ts';
import { type ProofArgs, proofOf } from './economics-proof.ts';
import {
  type AnswerArgs,
  answeredSuggestions,
  answerSuggestion,
  type FoundSuggestion,
  keepLook,
  lookedAt,
  lookSlice,
  openSuggestions,
} from './look.ts';
import { overview, tenantMonth, tenantRows } from './overview-queries.ts';
import { SUGGESTION_RULE } from './suggest-limit.ts';
import { telemetryOfMonth } from './telemetry-queries.ts';
import { tenantNoOf } from '../tenants/index.ts';

const MOST_ANSWERED = 200;

export const economicsReads = {
  'economics.overview': (db: StoreDb, args: { month: string | null; now: string }) => overview(db, args.month, args.now),
  'economics.tenants': (db: StoreDb, args: { month: string | null; tier: string | null; limit: number; now: string }) =>
    tenantRows(db, args),
  'economics.tenant': (db: StoreDb, args: { tenantId: string; month: string | null; now: string }) => ({
    ...tenantMonth(db, args),
    suggestions: openSuggestions(db, tenantNoOf(db, args.tenantId)),
  }),
  'economics.proof': (db: StoreDb, args: ProofArgs) => proofOf(db, args),
  'economics.suggestions': (db: StoreDb, { answered }: { answered: boolean }) => ({
    lookedAt: lookedAt(db),
    suggestions: [...openSuggestions(db, null), ...(answered ? answeredSuggestions(db, null, MOST_ANSWERED) : [])],
    rule: SUGGESTION_RULE,
  }),
  'economics.lookSlice': (db: StoreDb, args: { after: number; limit: number; now: string }) => lookSlice(db, args),
  'economics.lookedAt': (db: StoreDb, _args: null) => lookedAt(db),
  /** Months whose use is closed and that have no close here, oldest first. */
  'economics.due': (db: StoreDb, _args: null): string[] =>
    monthsToClose(
      db,
      db.all<{ month: number }>('SELECT month FROM usage_closes ORDER BY month').map(({ month }) => monthText(month)),
    ),
  'economics.telemetry': (db: StoreDb, { month, now }: { month: string; now: string }) => telemetryOfMonth(db, month, now),
} satisfies QueryMap;

export const economicsWrites = {
  'economics.close': (db: StoreDb, { month, now }: { month: string; now: string }): CloseResult => keepClose(db, month, now),
  'economics.keepLook': (db: StoreDb, args: { found: readonly FoundSuggestion[]; now: string }): number => keepLook(db, args),
  'economics.answer': (db: StoreDb, args: AnswerArgs) => answerSuggestion(db, args),
} satisfies QueryMap;
