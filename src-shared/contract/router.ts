import { AppError, isAppError, toErrorBody } from '../kernel/errors.ts';
import { createCommandMemory } from './command-memory.ts';
import type { Contract, EventName, EventOf, Handler, HandlerContext, Handlers, Phase, Procedure, Session } from './define.ts';
import { type CallerFrame, encodeFrame, type FailBody, FRAME_VERSION, parseCallerFrame, placeOf, PROGRESS, salvageId } from './envelope.ts';
import { CONTRACT_LIMITS, type ContractLimits, isLargerThan } from './limits.ts';
import type { Port } from './port.ts';
import { requireStrictContract } from './strictness.ts';

/** One line for each call that ended, and for each frame that could not be read. */
export interface CallLogEntry {
  readonly level: 'info' | 'warn' | 'error';
  readonly requestId: string;
  /** The procedure, or null where the frame did not name one. */
  readonly name: string | null;
  readonly memberId: string | null;
  /** `ok` or the code of the failure. */
  readonly outcome: string;
  readonly durationMs: number;
  /** What was really thrown: for the log alone, it never crosses the port. */
  readonly error?: unknown;
}

export interface Denial {
  readonly name: string;
  readonly session: Session;
  readonly requestId: string;
  /** Denials of this router so far, this one included. */
  readonly count: number;
}

export interface RouterOptions<C extends Contract> {
  readonly contract: C;
  readonly handlers: Handlers<C>;
  /** Who acts on this connection; asked at every call, so that a change of role holds at once. */
  readonly session: () => Session;
  readonly log: (entry: CallLogEntry) => void;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  readonly newRequestId: () => string;
  /** Milliseconds from any fixed point, for durations in the log. */
  readonly monotonicMs: () => number;
  readonly phase?: () => Phase;
  readonly limits?: Partial<ContractLimits>;
  /** Parses answers and events against the contract too: in tests, so that a drift is found where it begins. */
  readonly checkOutputs?: boolean;
  readonly onDenied?: (denial: Denial) => void;
  /** Last look at a failure's texts before they leave: the app takes paths of the machine out. */
  readonly redact?: (text: string) => string;
}

export interface Router<C extends Contract> {
  /** Answers the port until it closes. `session` replaces the router's own for this connection. */
  readonly serve: (port: Port, session?: () => Session) => void;
  /** Sends an event to every open connection whose session passes `to`. */
  readonly publish: <N extends EventName<C>>(name: N, body: EventOf<C, N>, to?: (session: Session) => boolean) => void;
  readonly connections: () => number;
  /** Closes every connection and refuses new ones. */
  readonly close: () => void;
}

interface Connection {
  readonly port: Port;
  readonly session: () => Session;
  readonly running: Map<string, AbortController>;
  badFrames: number;
}

/**
 * Stands between any port and the handlers. In this order, and no handler runs before all hold: size, envelope, known
 * name, phase, role, strict input; afterwards the answer's size and, in tests, its schema.
 */
export const createRouter = <C extends Contract>(options: RouterOptions<C>): Router<C> => {
  requireStrictContract(options.contract);
  const limits: ContractLimits = { ...CONTRACT_LIMITS, ...options.limits };
  const redact = options.redact ?? ((text: string) => text);
  const memory = createCommandMemory(limits);
  // A map has no inherited keys: `__proto__` and `constructor` are unknown names like any other.
  const procedures = new Map<string, { readonly procedure: Procedure; readonly handler: Handler<Contract, string> }>();
  for (const [name, entry] of Object.entries(options.contract)) {
    if (entry.kind === 'event') continue;
    const handlers = options.handlers as unknown as Record<string, Handler<Contract, string>>;
    const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    if (handler === undefined) throw new TypeError(`No handler for ${name}.`);
    procedures.set(name, { procedure: entry, handler });
  }
  const connections = new Set<Connection>();
  let denials = 0;
  let closed = false;

  const failBody = (error: unknown, requestId: string): FailBody => {
    if (!isAppError(error)) {
      return {
        code: 'INTERNAL',
        message: 'Something in the app is broken; this call was stopped.',
        nextStep: `Try again. If it stays, look for ${requestId} in the log (Settings → About).`,
        retryable: false,
        details: {},
        requestId,
      };
    }
    const { code, message, nextStep, retryable, details } = toErrorBody(error);
    return {
      code,
      message: redact(message),
      nextStep: redact(nextStep),
      retryable,
      details: redactAll(details, redact) as Record<string, unknown>,
      requestId,
    };
  };

  const sendFailure = (port: Port, id: string, error: unknown, requestId: string): void => {
    const body = failBody(error, requestId);
    let text: string;
    try {
      text = encodeFrame({ v: FRAME_VERSION, id, kind: 'fail', body });
    } catch {
      // Details that are not JSON must not hide the failure they describe.
      text = encodeFrame({ v: FRAME_VERSION, id, kind: 'fail', body: { ...body, details: {} } });
    }
    port.send(text);
  };

  /** Runs one call up to its answer as JSON text. */
  const answer = async (connection: Connection, frame: CallerFrame & { kind: 'call' }, ctx: HandlerContext): Promise<string> => {
    const known = procedures.get(frame.name);
    if (known === undefined) {
      throw new AppError('UNKNOWN_PROCEDURE', 'The app has no procedure of this name; nothing was done.', {
        nextStep: 'Reload the screen so that both sides run the same version.',
      });
    }
    const { procedure, handler } = known;
    requirePhase(procedure, options.phase?.() ?? 'workspace');
    if (procedure.roles !== 'any' && !procedure.roles.includes(ctx.session.role)) {
      denials += 1;
      options.onDenied?.({ name: frame.name, session: ctx.session, requestId: ctx.requestId, count: denials });
      throw new AppError('FORBIDDEN', `The role ${ctx.session.role} may not do this; nothing was changed.`, {
        nextStep: `Ask a member in one of these roles: ${procedure.roles.join(', ')}.`,
        details: { procedure: frame.name, role: ctx.session.role, allowed: procedure.roles },
      });
    }
    const body = frame.body === undefined ? {} : frame.body;
    const input = parseInput(procedure, body);
    const run = async (): Promise<string> => {
      const output = await handler(input as never, ctx);
      if (options.checkOutputs === true) requireFit(`answer of ${frame.name}`, procedure.output, output);
      const text = JSON.stringify(output ?? null);
      if (isLargerThan(text, limits.answerBytes)) {
        throw new AppError('FRAME_TOO_LARGE', `The answer is larger than ${limits.answerBytes} bytes and was not sent.`, {
          nextStep: 'Ask for a smaller page, or export to a file.',
        });
      }
      return text;
    };
    if (procedure.kind === 'query') {
      if (frame.key !== undefined) throw badKey('A query carries no idempotency key');
      return run();
    }
    if (frame.key === undefined) throw badKey('A command carries an idempotency key');
    const fingerprint = `${ctx.session.member_id} ${frame.name} ${JSON.stringify(body)}`;
    const earlier = memory.find(frame.key);
    if (earlier === undefined) {
      const outcome = run();
      memory.remember(frame.key, fingerprint, outcome);
      return outcome;
    }
    if (earlier.fingerprint !== fingerprint) {
      throw new AppError('CONFLICT', 'This idempotency key was used for another command; nothing was done.', {
        nextStep: 'Send the command again with a new key.',
      });
    }
    return earlier.outcome;
  };

  const call = async (connection: Connection, frame: CallerFrame & { kind: 'call' }): Promise<void> => {
    const { port, running } = connection;
    const requestId = options.newRequestId();
    const startedMs = options.monotonicMs();
    let memberId: string | null = null;
    const finish = (level: CallLogEntry['level'], outcome: string, error?: unknown): void => {
      const durationMs = options.monotonicMs() - startedMs;
      const entry = { level, requestId, name: procedures.has(frame.name) ? frame.name : null, memberId, outcome, durationMs };
      options.log(error === undefined ? entry : { ...entry, error });
    };
    if (running.has(frame.id) || running.size >= limits.callsInFlight) {
      const twice = running.has(frame.id);
      const error = twice
        ? new AppError('BAD_FRAME', 'A call of this id is still running; the second one was refused.', {
            nextStep: 'Give each call its own id.',
          })
        : new AppError('TOO_MANY_CALLS', `More than ${limits.callsInFlight} calls at the same time; this one was refused.`, {
            nextStep: 'Wait for an answer, then try again.',
            retryable: true,
          });
      finish('warn', error.code);
      // Under its own id the refusal would end the first call in the eyes of the caller.
      sendFailure(port, twice ? '' : frame.id, error, requestId);
      return;
    }
    const abort = new AbortController();
    running.set(frame.id, abort);
    try {
      const session = connection.session();
      memberId = session.member_id;
      const text = await answer(connection, frame, {
        session,
        requestId,
        now: options.now(),
        signal: abort.signal,
        progress: (progress) => {
          if (running.get(frame.id) === abort) {
            port.send(encodeFrame({ v: FRAME_VERSION, id: frame.id, kind: 'event', name: PROGRESS, body: progress }));
          }
        },
      });
      finish('info', 'ok');
      running.delete(frame.id);
      // The body is JSON already (it may be an answer kept from before): it is put into the frame as it is.
      port.send(`{"v":${FRAME_VERSION},"id":${JSON.stringify(frame.id)},"kind":"ok","body":${text}}`);
    } catch (thrown) {
      running.delete(frame.id);
      const error = abort.signal.aborted && isAbortError(thrown) ? cancelled() : thrown;
      if (isAppError(error)) finish(error.code === 'FORBIDDEN' ? 'warn' : 'info', error.code, error.cause);
      else finish('error', 'INTERNAL', error);
      sendFailure(port, frame.id, error, requestId);
    }
  };

  const receive = (connection: Connection, text: string): void => {
    let frame: CallerFrame;
    try {
      frame = parseCallerFrame(text, limits);
    } catch (error) {
      const requestId = options.newRequestId();
      const outcome = isAppError(error) ? error.code : 'INTERNAL';
      options.log({ level: 'warn', requestId, name: null, memberId: null, outcome, durationMs: 0 });
      const id = salvageId(text, limits);
      sendFailure(connection.port, connection.running.has(id) ? '' : id, error, requestId);
      connection.badFrames += 1;
      if (connection.badFrames >= limits.badFrames) connection.port.close();
      return;
    }
    if (frame.kind === 'cancel') connection.running.get(frame.id)?.abort(cancelled());
    else void call(connection, frame);
  };

  return {
    serve: (port, session = options.session) => {
      if (closed) {
        port.close();
        return;
      }
      const connection: Connection = { port, session, running: new Map(), badFrames: 0 };
      connections.add(connection);
      port.onClose(() => {
        connections.delete(connection);
        for (const abort of connection.running.values()) abort.abort(cancelled());
      });
      port.onFrame((text) => {
        receive(connection, text);
      });
    },
    publish: (name, body, to) => {
      const entry = options.contract[name];
      if (entry?.kind !== 'event') throw new TypeError(`The contract has no event ${name}.`);
      if (options.checkOutputs === true) requireFit(`body of ${name}`, entry.schema, body);
      const text = encodeFrame({ v: FRAME_VERSION, id: '', kind: 'event', name, body });
      if (isLargerThan(text, limits.answerBytes)) throw new TypeError(`The body of ${name} is larger than ${limits.answerBytes} bytes.`);
      for (const connection of [...connections]) if (to === undefined || to(connection.session())) connection.port.send(text);
    },
    connections: () => connections.size,
    close: () => {
      closed = true;
      for (const connection of [...connections]) connection.port.close();
    },
  };
};

const requirePhase = (procedure: Procedure, phase: Phase): void => {
  if (procedure.in === 'both' || procedure.in === phase) return;
  throw phase === 'recovery'
    ? new AppError('IN_RECOVERY', 'The workspace is not open, so this cannot be answered; nothing was changed.', {
        nextStep: 'Choose a way forward on the recovery screen.',
      })
    : new AppError('NOT_IN_RECOVERY', 'The workspace is open; this is only for the recovery screen.', {
        nextStep: 'Go on with the open workspace.',
      });
};

const parseInput = (procedure: Procedure, body: unknown): unknown => {
  let parsed;
  try {
    parsed = procedure.input.safeParse(body);
  } catch {
    throw badInput('cannot be read', []);
  }
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 20).map((issue) => ({ at: placeOf(issue), problem: issue.message }));
  throw badInput(`does not fit at ${issues[0]?.at ?? '$'}: ${issues[0]?.problem ?? 'unknown'}`, issues);
};

const badInput = (why: string, issues: readonly unknown[]): AppError =>
  new AppError('BAD_INPUT', `The input ${why}. Nothing was changed.`, {
    nextStep: 'Correct the named place and send it again.',
    details: { issues },
  });

const badKey = (what: string): AppError =>
  new AppError('BAD_FRAME', `${what}; nothing was done.`, { nextStep: 'Reload the screen so that both sides run the same version.' });

const requireFit = (what: string, schema: Procedure['output'], value: unknown): void => {
  // Through JSON first, because that is what the other side gets: a Date or a bigint must not pass here.
  const parsed = schema.safeParse(JSON.parse(JSON.stringify(value ?? null)));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new TypeError(`The ${what} does not fit the contract at ${placeOf(issue)}: ${issue?.message ?? 'unknown'}`);
  }
};

const cancelled = (): AppError =>
  new AppError('CANCELLED', 'The call was cancelled.', { nextStep: 'Start it again when you need it.', retryable: true });

const isAbortError = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';

const redactAll = (value: unknown, redact: (text: string) => string): unknown => {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((child) => redactAll(child, redact));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, redactAll(child, redact)]));
  }
  return value;
};
