import type { PacketInputState } from '../../../src-shared/contract/packets.ts';
import { hrefOf } from '../../router/router.ts';
import { Hash } from '../../ui/hash.tsx';
import { type Status, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';

const LOOK: Readonly<Record<PacketInputState['state'], { readonly status: Status; readonly word: string }>> = {
  there: { status: 'ok', word: 'there' },
  missing: { status: 'idle', word: 'missing' },
  stale: { status: 'warn', word: 'stale' },
  fails: { status: 'bad', word: 'fails' },
  'other-month': { status: 'warn', word: 'other month' },
};

/** Each artifact of the month: there, missing or stale, and the way to it. */
export function InputsTable({ inputs, onLeave }: { readonly inputs: readonly PacketInputState[]; readonly onLeave?: () => void }) {
  return (
    <div className="scroll-sideways" tabIndex={0} role="region" aria-label="Inputs, table">
      <table className="table plain inputs-table">
        <thead>
          <tr>
            <th scope="col">Input</th>
            <th scope="col">State</th>
            <th scope="col">Captured</th>
            <th scope="col">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          {inputs.map((input) => {
            // Without a required one there is no packet: that is worse than a missing picture beside it.
            const look = input.state === 'missing' && input.required ? { status: 'bad' as const, word: 'missing' } : LOOK[input.state];
            const { artifact, nextStep } = input;
            return (
              <tr key={input.role}>
                <th scope="row">
                  <div className="stack-0">
                    <span>
                      {input.title} {input.required ? null : <span className="muted tiny">not required</span>}
                    </span>
                    {artifact === null ? null : (
                      <span className="tiny muted ellipsis input-name" title={visibleText(artifact.name)}>
                        {visibleText(artifact.name)}
                        {input.sourceName === null ? '' : ` of ${visibleText(input.sourceName)}`}
                      </span>
                    )}
                  </div>
                </th>
                <td className="input-state">
                  <div className="stack-0">
                    <StatusWord status={look.status}>{look.word}</StatusWord>
                    {input.state === 'there' ? null : <span className="tiny second">{visibleText(input.says)}</span>}
                    {nextStep === null || (input.state === 'there' && nextStep.address === null) ? null : nextStep.address === null ? (
                      <span className="tiny">{nextStep.says}</span>
                    ) : (
                      <a className="tiny" href={hrefOf(nextStep.address)} onClick={onLeave}>
                        {nextStep.says}
                      </a>
                    )}
                  </div>
                </td>
                <td className="second nowrap">
                  {artifact === null ? (
                    ''
                  ) : artifact.capturedAt === null ? (
                    'not said'
                  ) : (
                    <Time at={artifact.capturedAt} form="short" withAge />
                  )}
                </td>
                <td>{artifact === null ? '' : <Hash value={artifact.sha256} label={`hash of ${input.title}`} />}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
