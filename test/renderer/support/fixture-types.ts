import type { Handlers, OutputOf } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';

export type AppHandlers = Handlers<Contract>;
export type Answered<N extends keyof Contract> = OutputOf<Contract, N>;
/** The handlers of some procedures: fixtures are put together from these. */
export type Part<N extends keyof AppHandlers> = Pick<AppHandlers, N>;

/** What the app is in when the screen opens. */
export type Scenario = 'ready' | 'empty' | 'offline' | 'read-only' | 'demo' | 'recovery';
