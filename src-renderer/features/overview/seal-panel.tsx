import { useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { useActs } from '../../shell/acts.ts';
import { sealLook, type Seal } from '../../shell/seal-words.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted, integer, listed } from '../../ui/format.ts';
import { Fact, Panel } from '../../ui/parts.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';

/** Chains by how they stand, worst first: the parts add up to the number of chains. */
export const sealParts = (
  seal: Seal,
): readonly { readonly kind: 'bad' | 'warn' | 'idle' | 'part' | 'ok'; readonly n: number; readonly says: string }[] =>
  (
    [
      { kind: 'bad', n: seal.broken, says: 'broken' },
      { kind: 'warn', n: seal.indeterminate, says: 'cannot be decided' },
      { kind: 'idle', n: seal.notVerified, says: 'not verified yet' },
      { kind: 'part', n: seal.unanchored, says: 'verified, not anchored' },
      { kind: 'ok', n: seal.anchored, says: 'verified and anchored' },
    ] as const
  ).filter((part) => part.n > 0);

function Strip({ seal }: { readonly seal: Seal }) {
  const parts = sealParts(seal);
  if (parts.length === 0) return null;
  return (
    <div className="seal-strip" role="img" aria-label={parts.map((part) => `${counted(part.n, 'chain')} ${part.says}`).join(', ')}>
      {seal.chains <= 60
        ? parts.flatMap((part) => Array.from({ length: part.n }, (_, i) => <span key={`${part.kind}${i}`} className={part.kind} />))
        : parts.map((part) => <span key={part.kind} className={part.kind} style={{ flexGrow: part.n }} />)}
    </div>
  );
}

/** May I rely on it: the state of all chains together. */
export function SealPanel() {
  const seal = useProcedure('receipt.seal', {});
  const acts = useActs();
  return (
    <Panel
      title="Chain seal"
      actions={
        <ActionButton
          variant="minimal"
          size="small"
          text="Verify again"
          refused={acts.refusal('receipt.verify')}
          onClick={() => acts.verifyAll(false)}
        />
      }
    >
      <AnswerView of={seal} what="the seal" skeleton={<Skeleton rows={4} rowHeight={24} />}>
        {(data) => {
          const look = sealLook(data);
          return (
            <div className="stack">
              <div className="row between wrap">
                <StatusWord status={look.status} icon={look.icon} strong>
                  {look.text}
                </StatusWord>
                <span className="small muted nowrap">
                  {data.checkedAt === null ? (
                    'never checked'
                  ) : (
                    <>
                      checked <Time at={data.checkedAt} form="short" />
                    </>
                  )}
                </span>
              </div>
              <Strip seal={data} />
              {data.worst === null ? null : (
                <p className="small">
                  <a href={hrefOf(data.worst.address)}>{data.worst.chainKey}</a> <span className="second">{data.worst.says}</span>
                </p>
              )}
              <dl className="facts">
                <Fact label="Verified and anchored">
                  {counted(data.anchored, 'chain')}, {counted(data.anchoredReceipts, 'receipt')}
                </Fact>
                <Fact label="Not anchored yet">{counted(data.unanchored, 'chain')}</Fact>
                {data.indeterminate + data.notVerified === 0 ? null : (
                  <Fact label="Unknown">{counted(data.indeterminate + data.notVerified, 'chain')}</Fact>
                )}
                <Fact label="All receipts">{integer(data.receipts)}</Fact>
                <Fact label="Outside parties">
                  {data.outsideParties.length === 0
                    ? 'none: nobody else vouches'
                    : `${integer(data.outsideParties.length)} (${listed(data.outsideParties)})`}
                </Fact>
              </dl>
            </div>
          );
        }}
      </AnswerView>
    </Panel>
  );
}
