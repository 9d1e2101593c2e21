import { hrefOf } from '../../router/router.ts';
import { useAllowed } from '../../port/use-app.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { duration, integer } from '../../ui/format.ts';
import { CopyButton } from '../../ui/hash.tsx';
import { Fact } from '../../ui/parts.tsx';
import { Banner } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import type { ChainAnswer } from './chain-answer.ts';
import { VerdictWord } from './verdict.tsx';

export interface ChainHistoryProps {
  readonly answer: ChainAnswer;
  readonly generation: number | undefined;
  readonly onVerifyFromZero: () => void;
}

/** Verifications, generations, manifest, and how to redo it without this console. */
export function ChainHistory({ answer, generation, onVerifyFromZero }: ChainHistoryProps) {
  const { chain, acknowledgedRollback } = answer;
  const refused = useAllowed()('receipt.verify');
  const shown = generation ?? chain.generation;
  return (
    <div className="scroll-box padded" tabIndex={0} role="region" aria-label="History of this chain">
      {acknowledgedRollback === null ? null : (
        <Banner status="warn" icon="history" title="This chain was set back on purpose">
          {acknowledgedRollback.member} gave the reason on <Time at={acknowledgedRollback.at} form="short" />: {acknowledgedRollback.reason}
        </Banner>
      )}
      <section className="stack" aria-label="Verifications">
        <div className="row between">
          <h3>Verifications</h3>
          <ActionButton size="small" icon="reset" text="Verify from zero" refused={refused} onClick={onVerifyFromZero} />
        </div>
        {answer.verifications.length === 0 ? (
          <p className="second">It was not verified here yet.</p>
        ) : (
          <table className="table tight plain inset">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Verdict</th>
                <th scope="col" className="num">
                  Receipts
                </th>
                <th scope="col" className="num">
                  New
                </th>
                <th scope="col" className="num">
                  Findings
                </th>
                <th scope="col" className="num">
                  Took
                </th>
                <th scope="col">By</th>
              </tr>
            </thead>
            <tbody>
              {answer.verifications.map((v) => (
                <tr key={v.verificationId}>
                  <td>
                    <Time at={v.at} form="short" />
                  </td>
                  <td>
                    <VerdictWord verdict={v.verdict} />
                  </td>
                  <td className="num">{integer(v.receipts)}</td>
                  <td className="num">{v.fromZero ? <span className="muted">from zero</span> : integer(v.newReceipts)}</td>
                  <td className="num">{integer(v.findingsTotal)}</td>
                  <td className="num">{duration(v.elapsedMs)}</td>
                  <td className="second">{v.member}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section className="stack" aria-label="Generations">
        <h3>Generations</h3>
        <p className="small second">A source that changes its past opens a new generation; the earlier one stays as it came.</p>
        <table className="table tight plain inset">
          <thead>
            <tr>
              <th scope="col">Generation</th>
              <th scope="col" className="num">
                Receipts
              </th>
              <th scope="col">Opened</th>
              <th scope="col">Because</th>
            </tr>
          </thead>
          <tbody>
            {answer.generations.map((g) => (
              <tr key={g.generation} className={g.generation === shown ? 'selected' : undefined}>
                <td>
                  <a
                    href={hrefOf(g.current ? `${chain.address}?view=history` : `${chain.address}?generation=${g.generation}&view=history`)}
                  >
                    {integer(g.generation)}
                    {g.current ? ', current' : ''}
                  </a>
                </td>
                <td className="num">{integer(g.receipts)}</td>
                <td>
                  <Time at={g.openedAt} form="short" />
                </td>
                <td className="second because">{g.because}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <section className="stack" aria-label="Manifest">
        <h3>Manifest and commands</h3>
        <dl className="facts">
          <Fact label="Profile">
            <code>{chain.profile}</code>
          </Fact>
          <Fact label="chain.json">
            {answer.manifest === null ? (
              'none came with this chain'
            ) : (
              <span className="field-rows">
                {Object.entries(answer.manifest).map(([name, value]) => (
                  <span key={name} className="manifest-row">
                    <span className="second">{visibleText(name)}</span>
                    <code className="wrap-anywhere">{visibleText(typeof value === 'string' ? value : JSON.stringify(value))}</code>
                  </span>
                ))}
              </span>
            )}
          </Fact>
          <Fact label="Command">
            <code className="wrap-anywhere">{answer.verifyCommand}</code> <CopyButton text={answer.verifyCommand} what="the command" />
          </Fact>
          <Fact label="Without us">
            <code className="wrap-anywhere">{answer.pythonCommand}</code> <CopyButton text={answer.pythonCommand} what="the command" />
          </Fact>
        </dl>
      </section>
    </div>
  );
}
