import { roleWord, useProcedure } from '../../port/use-app.ts';
import { Hash } from '../../ui/hash.tsx';
import { Panel } from '../../ui/parts.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';

/** The policies in force, rule by rule, with the text that decides. */
export function PoliciesTab() {
  const answer = useProcedure('policy.show', {});
  return (
    <AnswerView of={answer} what="the policies" skeleton={<Skeleton rows={16} />}>
      {({ version, sha256, engine, rules }) => (
        <Panel
          title={`Version ${version}`}
          note={`${rules.length} rules, decided by ${engine}; what no rule allows is refused`}
          actions={<Hash value={sha256} label="hash of the policies" />}
          pad={false}
          className="policies"
        >
          <div className="scroll-y policy-list" tabIndex={0} role="region" aria-label="Rules">
            {rules.map((rule) => (
              <details key={rule.id}>
                <summary>
                  <span className="policy-no">{rule.rule}</span>
                  <StatusWord status={rule.effect === 'permit' ? 'ok' : 'bad'} icon={rule.effect === 'permit' ? 'tick' : 'cross'}>
                    {rule.effect === 'permit' ? 'allows' : 'forbids'}
                  </StatusWord>
                  <code>{rule.id}</code>
                  <span className="grow">
                    {visibleText(rule.says)}{' '}
                    {rule.approval === null ? null : (
                      <span className="muted">
                        {rule.approval.confirmations} confirmed by {rule.approval.roles.map(roleWord).join(', ')};{' '}
                        {rule.approval.expiresHours} h
                      </span>
                    )}
                  </span>
                </summary>
                <pre className="statement-bytes" tabIndex={0}>
                  {visibleText(rule.text)}
                </pre>
              </details>
            ))}
          </div>
        </Panel>
      )}
    </AnswerView>
  );
}
