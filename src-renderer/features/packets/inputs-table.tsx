import type { PacketInputState } from '../../../src-shared/contract/packets.ts';
import { hrefOf } from '../../router/router.ts';
import { Hash } from '../../ui/hash.tsx';
import { type Status, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';

interface Look {
  readonly status: Status;
  readonly word: string;
}

const LOOK: Readonly<Record<PacketInputState['state'], Look>> = {
  there: { status: 'ok', word: 'there' },
  missing: { status: 'idle', word: 'missing' },
  stale: { status: 'warn', word: 'stale' },
  fails: { status: 'bad', word: 'fails' },
  'other-month': { status: 'warn', word: 'other month' },
};

/** Without a required one there is no packet: that is worse than a missing one beside it. */
const lookOf = ({ state, required }: PacketInputState): Look =>
  state === 'missing' && required ? { status: 'bad', word: 'missing' } : LOOK[state];

/** Each artifact of the month, the required ones first: there, missing or stale, and the way to it. */
export function InputsTable({ inputs, onLeave }: { readonly inputs: readonly PacketInputState[]; readonly onLeave?: () => void }) {
  return (
    <div className="scroll-sideways" tabIndex={0} role="region" aria-label="Inputs, table">
      <table className="table plain inputs-table">
        <thead>
          <tr>
            <th scope="col">Input</th>
            <th scope="col">State</th>
            <th scope="col">Captured, SHA-256</th>
          </tr>
        </thead>
        <tbody>
          {inputs
            .toSorted((a, b) => Number(b.required) - Number(a.required))
            .map((input) => (
              <Input key={input.role} input={input} onLeave={onLeave} />
            ))}
        </tbody>
      </table>
    </div>
  );
}

function Input({ input, onLeave }: { readonly input: PacketInputState; readonly onLeave: (() => void) | undefined }) {
  const look = lookOf(input);
  const { artifact, nextStep, required, state, sourceName } = input;
  return (
    <tr>
      <th scope="row">
        <span className={required ? 'strong' : undefined}>{input.title}</span>{' '}
        <span className="muted tiny">{required ? 'required' : ''}</span>
        {artifact === null ? null : (
          <span className="tiny muted input-name">
            {visibleText(artifact.name)}
            {sourceName === null ? '' : ` of ${visibleText(sourceName)}`}
          </span>
        )}
      </th>
      <td className="input-state">
        <StatusWord status={look.status}>{look.word}</StatusWord>
        {state === 'there' || (state === 'missing' && !required) ? null : <p className="tiny second">{visibleText(input.says)}</p>}
        {state === 'there' || nextStep === null ? null : (
          <p className="tiny">
            {nextStep.address === null ? (
              nextStep.says
            ) : (
              <a href={hrefOf(nextStep.address)} onClick={onLeave}>
                {nextStep.says}
              </a>
            )}
          </p>
        )}
      </td>
      <td>
        {artifact === null ? null : (
          <div className="stack-0">
            <span className="tiny second">
              {artifact.capturedAt === null ? 'not said when' : <Time at={artifact.capturedAt} form="short" withAge />}
            </span>
            <Hash value={artifact.sha256} label={`hash of ${input.title}`} />
          </div>
        )}
      </td>
    </tr>
  );
}
