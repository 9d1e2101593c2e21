import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import type { GuardrailSuggestion } from '../../../src-shared/contract/economics.ts';
import { useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { counted } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { Panel } from '../../ui/parts.tsx';
import { compactQuantity, wholeQuantity } from '../../ui/quantity-format.ts';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';

type Decision = { readonly answer: 'accepted' | 'dismissed'; readonly suggestion: GuardrailSuggestion };

/** Where a soft limit should warn earlier, and why. Nothing changes by itself. */
export function Suggestions() {
  const answer = useProcedure('economics.suggestions', {});
  const look = useCommand('economics.look');
  const allowed = useAllowed();
  const [decision, setDecision] = useState<Decision | null>(null);
  return (
    <Panel
      title="Soft limits that should warn earlier"
      note="a suggestion; nothing changes by itself"
      className="eco-wide"
      pad={false}
      actions={
        <ActionButton
          size="small"
          icon="refresh"
          text="Look again"
          refused={allowed('economics.look')}
          loading={look.busy}
          onClick={() => {
            look.run({}).then(
              ({ suggestions }) => say({ status: 'ok', title: `${counted(suggestions, 'suggestion')} now`, text: 'Nothing was changed.' }),
              () => undefined,
            );
          }}
        />
      }
    >
      <AnswerView
        of={answer}
        what="the suggestions"
        skeleton={<Skeleton rows={3} />}
        isEmpty={({ suggestions }) => suggestions.length === 0}
        empty={
          <p className="second inset-note">
            {(answer.data?.lookedAt ?? null) === null ? (
              'Nobody has looked yet. It is done after each close, and once a day with new usage.'
            ) : (
              <>
                No margin falls towards its floor, and no day of use stands out. Looked at{' '}
                <Time at={answer.data?.lookedAt ?? ''} form="short" />.
              </>
            )}
          </p>
        }
      >
        {({ suggestions }) => (
          <ul className="eco-suggestions">
            {suggestions.map((suggestion) => (
              <li key={suggestion.suggestionId}>
                <div className="stack-4 grow">
                  <div className="row wrap">
                    <a href={hrefOf(suggestion.address)} className="strong">
                      {visibleText(suggestion.name)}
                    </a>
                    <code>{visibleText(suggestion.metric)}</code>
                    <span title={`${wholeQuantity(suggestion.soft)} → ${wholeQuantity(suggestion.suggested)}`}>
                      soft limit {compactQuantity(suggestion.soft)} → <b>{compactQuantity(suggestion.suggested)}</b> a month
                    </span>
                  </div>
                  {suggestion.reasons.map((reason) => (
                    <p key={reason.code} className="second small">
                      {visibleText(reason.says)}
                    </p>
                  ))}
                </div>
                {suggestion.answer === null ? (
                  <div className="row none">
                    <Button size="small" text="Dismiss…" onClick={() => setDecision({ answer: 'dismissed', suggestion })} />
                    <Button size="small" text="Accept…" onClick={() => setDecision({ answer: 'accepted', suggestion })} />
                  </div>
                ) : (
                  <StatusWord status={suggestion.answer.answer === 'accepted' ? 'ok' : 'idle'}>
                    {`${suggestion.answer.answer} by ${suggestion.answer.by}`}
                  </StatusWord>
                )}
              </li>
            ))}
          </ul>
        )}
      </AnswerView>
      {decision === null ? null : <AnswerDialog decision={decision} onClose={() => setDecision(null)} />}
    </Panel>
  );
}

function AnswerDialog({ decision, onClose }: { readonly decision: Decision; readonly onClose: () => void }) {
  const { answer, suggestion } = decision;
  const { run, busy, error } = useCommand('economics.answer');
  const accepts = answer === 'accepted';
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <DecisionDialog
        title={accepts ? 'Accept the suggestion' : 'Dismiss the suggestion'}
        icon={accepts ? 'tick' : 'cross'}
        statement={
          accepts
            ? `The soft limit of ${visibleText(suggestion.name)} for ${suggestion.metric} should be ${wholeQuantity(suggestion.suggested)} a month, not ${wholeQuantity(suggestion.soft)}. This is recorded; the plan stays as it is until a version of it says so.`
            : `The soft limit of ${visibleText(suggestion.name)} for ${suggestion.metric} stays at ${wholeQuantity(suggestion.soft)} a month. It is not suggested again for ${suggestion.month}.`
        }
        reasonLabel="Why"
        act={accepts ? 'Accept the suggestion' : 'Dismiss the suggestion'}
        busy={busy}
        error={error}
        onClose={onClose}
        onAct={(reason) => {
          run({ suggestionId: suggestion.suggestionId, answer, reason }).then(
            () => {
              say({
                status: 'ok',
                title: accepts ? 'The suggestion is accepted' : 'The suggestion is dismissed',
                text: 'The plan is unchanged.',
              });
              onClose();
            },
            () => undefined,
          );
        }}
      />
    </>
  );
}
