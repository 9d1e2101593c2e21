import { z } from 'zod';
import type { ErrorCode } from '../kernel/errors.ts';
import type { Role } from './roles.ts';

// The renderer's content security policy forbids eval, which zod's compiled parsers need. The setting is read when a schema
// is made, so every schema of the contract takes `z` from this module.
z.config({ jitless: true });

export { z };

/** `query` changes nothing and may be asked again; `command` changes something and carries an idempotency key. */
export type ProcedureKind = 'query' | 'command';

/** What the workspace is doing: open and usable, or shown on the recovery screen because it cannot be opened. */
export type Phase = 'workspace' | 'recovery';

export interface ProcedureSpec<I extends z.ZodType, O extends z.ZodType> {
  /** Strict at every depth: `createRouter` refuses a contract that lets unknown keys through. */
  readonly input: I;
  /** Strict. Must survive JSON: no Date, bigint, Map, Set or `undefined` in arrays; no transforms. */
  readonly output: O;
  /** Who may call it; `any` when left out. */
  readonly roles?: 'any' | readonly Role[];
  /** The codes a caller should be ready for beyond those every call may end with; for documents and screens. */
  readonly errors?: readonly ErrorCode[];
  /** In which phase it answers; `workspace` when left out. */
  readonly in?: Phase | 'both';
}

export interface Procedure<Kind extends ProcedureKind = ProcedureKind, I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: Kind;
  readonly input: I;
  readonly output: O;
  readonly roles: 'any' | readonly Role[];
  readonly errors: readonly ErrorCode[];
  readonly in: Phase | 'both';
}

export interface EventDefinition<S extends z.ZodType = z.ZodType> {
  readonly kind: 'event';
  readonly schema: S;
}

/** Names are `noun.verb` for procedures (`receipt.page`) and past tense for events (`sync.finished`). */
export type Contract = Readonly<Record<string, Procedure | EventDefinition>>;

type NamesOf<C, Kind> = { [N in keyof C & string]: C[N] extends { readonly kind: Kind } ? N : never }[keyof C & string];

export type ProcedureName<C> = NamesOf<C, 'query'> | NamesOf<C, 'command'>;
export type QueryName<C> = NamesOf<C, 'query'>;
export type CommandName<C> = NamesOf<C, 'command'>;
export type EventName<C> = NamesOf<C, 'event'>;

/** What a caller passes. */
export type InputOf<C, N extends keyof C> = C[N] extends { readonly input: infer I extends z.ZodType } ? z.input<I> : never;
/** What a handler gets: the input parsed, with defaults filled in. */
export type ParsedInputOf<C, N extends keyof C> = C[N] extends { readonly input: infer I extends z.ZodType } ? z.output<I> : never;
export type OutputOf<C, N extends keyof C> = C[N] extends { readonly output: infer O extends z.ZodType } ? z.output<O> : never;
export type EventOf<C, N extends keyof C> = C[N] extends { readonly schema: infer S extends z.ZodType } ? z.output<S> : never;

/** Who acts, as the host's session says it: never taken from a frame. */
export interface Session {
  readonly member_id: string;
  readonly role: Role;
}

/** How far a long call has come. `total` is null while it is not known. */
export interface Progress {
  readonly done: number;
  readonly total: number | null;
  readonly note?: string;
}

export interface HandlerContext {
  readonly session: Session;
  /** Joins the answer, the log and the audit entry. */
  readonly requestId: string;
  /** When the call arrived: ISO 8601 UTC with milliseconds. */
  readonly now: string;
  /** Aborts when the caller cancels or goes away. */
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

export type Handler<C, N extends keyof C> = (input: ParsedInputOf<C, N>, ctx: HandlerContext) => OutputOf<C, N> | Promise<OutputOf<C, N>>;

/** One handler for each procedure of the contract. */
export type Handlers<C> = { readonly [N in ProcedureName<C>]: Handler<C, N> };

const procedure = <Kind extends ProcedureKind, I extends z.ZodType, O extends z.ZodType>(
  kind: Kind,
  spec: ProcedureSpec<I, O>,
): Procedure<Kind, I, O> => {
  return Object.freeze({
    kind,
    input: spec.input,
    output: spec.output,
    roles: spec.roles ?? 'any',
    errors: spec.errors ?? [],
    in: spec.in ?? 'workspace',
  });
};

/** Defines a procedure that changes nothing. */
export const query = <I extends z.ZodType, O extends z.ZodType>(spec: ProcedureSpec<I, O>): Procedure<'query', I, O> =>
  procedure('query', spec);

/** Defines a procedure that changes something. Its calls carry an idempotency key, so that a repeated frame acts once. */
export const command = <I extends z.ZodType, O extends z.ZodType>(spec: ProcedureSpec<I, O>): Procedure<'command', I, O> =>
  procedure('command', spec);

/** Defines what the app may push to every open screen. */
export const event = <S extends z.ZodType>(schema: S): EventDefinition<S> => Object.freeze({ kind: 'event', schema });
