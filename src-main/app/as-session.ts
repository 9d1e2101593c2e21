import type { ProcedureName } from '../../src-shared/contract/define.ts';
import { contract, type Contract } from '../../src-shared/contract/index.ts';
import { refusalOf, refusedError } from '../../src-shared/contract/may-call.ts';
import { runScoped } from '../store/index.ts';
import type { Console } from './console-state.ts';
import { newRequestId } from './ids.ts';
import { scopeOf } from './session-scope.ts';

/**
 * What a face in this process asks past the contract, because a frame could not carry it: allowed and scoped as the procedure
 * that answers the same over the contract.
 * @throws AppError FORBIDDEN; the denial is recorded
 */
export const asSession = <T>(console: Console, name: ProcedureName<Contract>, work: () => T): T => {
  const session = console.session();
  const refusal = refusalOf(session, name, contract[name]);
  if (refusal !== null) {
    console.recordDenial(name, newRequestId());
    throw refusedError(refusal, session, name, contract[name]);
  }
  return runScoped(scopeOf(session), work);
};
