import { Button, Icon } from '@blueprintjs/core';
import { useState } from 'react';
import { TENANT_THRESHOLDS, type TenantSubscription } from '../../../src-shared/contract/tenants.ts';
import { type Answer, useAllowed, useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted } from '../../ui/format.ts';
import { copyText } from '../../ui/hash.tsx';
import { Fact, Panel } from '../../ui/parts.tsx';
import { Figure } from '../../ui/proof.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ProfileLimits } from './profile-limits.tsx';
import { Section } from './profile-section.tsx';
import { profileText } from './profile-text.ts';
import { RecordsDialog } from './records-dialog.tsx';
import { TagDialog } from './tag-dialog.tsx';
import { dateWords } from './tenant-dates.ts';
import { moneyWords, planWord, statusLook, usd } from './tenant-words.ts';

type Shown = Answer<'tenant.show'>;

/** Who they are, why they are at risk, how near their limits, what they may use. */
export function ProfilePanel({ answer }: { readonly answer: Shown }) {
  const { tenant } = answer;
  const [dialog, setDialog] = useState<'tags' | 'records' | null>(null);
  const mayTag = useAllowed()('tenant.tag');
  const close = (): void => {
    setDialog(null);
  };
  return (
    <Panel
      title="Profile"
      className="profile"
      actions={
        <Button
          variant="minimal"
          size="small"
          icon="duplicate"
          text="Copy"
          title="Copy the profile as text"
          onClick={() => void copyText(profileText(answer), 'the profile')}
        />
      }
    >
      <div className="stack-16">
        <Facts
          answer={answer}
          onRecords={() => {
            setDialog('records');
          }}
        />
        <Section title="Risk" note={<RiskFigure answer={answer} />}>
          {answer.riskReasons.length === 0 ? (
            <p className="small second">Nothing speaks for a risk.</p>
          ) : (
            <ul className="reasons">
              {answer.riskReasons.map(({ points, says }) => (
                <li key={says} className="small">
                  <b className="num">{points > 0 ? `+${points}` : points}</b>
                  <span className="second">{says}</span>
                </li>
              ))}
            </ul>
          )}
        </Section>
        <ProfileLimits tenantId={tenant.tenantId} />
        <Section title="Entitlements" note={<span className="small muted">{`${planWord(tenant.planId)} ${tenant.planVersion}`}</span>}>
          {answer.entitlements.length === 0 ? (
            <p className="small second">
              {tenant.planKnown ? 'This plan version names none.' : 'This plan version is not known here, so nothing can be said.'}
            </p>
          ) : (
            answer.entitlements.map(({ key, name, included }) => (
              <div key={key} className="row small between">
                <span className="second ellipsis">{name}</span>
                {included ? (
                  <StatusWord status="ok" icon="tick">
                    included
                  </StatusWord>
                ) : (
                  <StatusWord status="idle" icon="minus">
                    not in plan
                  </StatusWord>
                )}
              </div>
            ))
          )}
        </Section>
        <Subscriptions subscriptions={answer.subscriptions} />
        <Section
          title="Tags"
          note={
            <ActionButton
              variant="minimal"
              size="small"
              icon="tag"
              text="Change…"
              refused={mayTag}
              onClick={() => {
                setDialog('tags');
              }}
            />
          }
        >
          {tenant.tags.length === 0 ? (
            <p className="small second">None.</p>
          ) : (
            <div className="row wrap tags">
              {tenant.tags.map((tag) => (
                <span key={tag} className="pill" title={answer.sourceTags.includes(tag) ? 'given by its source' : 'given here'}>
                  <Icon icon="tag" size={10} />
                  {visibleText(tag)}
                </span>
              ))}
            </div>
          )}
        </Section>
      </div>
      {dialog === 'tags' ? (
        <TagDialog tenantIds={[tenant.tenantId]} has={tenant.tags.filter((tag) => !answer.sourceTags.includes(tag))} onClose={close} />
      ) : null}
      {dialog === 'records' ? <RecordsDialog tenantId={tenant.tenantId} name={tenant.name} onClose={close} /> : null}
    </Panel>
  );
}

function RiskFigure({ answer }: { readonly answer: Shown }) {
  const { risk, riskWord } = answer.tenant;
  return (
    <Figure proof="risk" label="Risk">
      <span className={riskWord === 'high' ? 't-bad strong' : riskWord === 'raised' ? 'strong' : 'second'}>{`${risk} ${riskWord}`}</span>
    </Figure>
  );
}

function Facts({ answer, onRecords }: { readonly answer: Shown; readonly onRecords: () => void }) {
  const { tenant, contacts } = answer;
  const look = statusLook(tenant.status);
  const plan = (
    <>
      <b>{planWord(tenant.planId)}</b> {tenant.planVersion}
    </>
  );
  return (
    <dl className="facts">
      <Fact label="Plan">
        {answer.planAddress === null ? plan : <a href={hrefOf(answer.planAddress)}>{plan}</a>}, since {dateWords(answer.planSince)}
        {tenant.planKnown ? null : (
          <StatusWord status="warn">
            <span className="small">this version is not known here</span>
          </StatusWord>
        )}
      </Fact>
      <Fact label="Status">
        <StatusWord status={look.status} icon={look.icon}>
          {tenant.status}
        </StatusWord>{' '}
        since {dateWords(answer.statusSince)}
      </Fact>
      <Fact label="Region">{tenant.region}</Fact>
      <Fact label="Partner">{tenant.partnerId}</Fact>
      <Fact label={contacts.length === 1 ? 'Contact' : 'Contacts'}>
        {contacts.length === 0 ? <span className="muted">none named</span> : null}
        {contacts.map((contact) => (
          <div
            key={`${contact.name} ${contact.email ?? ''}`}
            className="ellipsis"
            title={[contact.email, contact.phone].filter((part) => part !== null).join(', ')}
          >
            {visibleText(contact.name)}
            {contact.role === null ? '' : `, ${visibleText(contact.role)}`}
            {contact.email === null ? null : <div className="tiny muted ellipsis">{visibleText(contact.email)}</div>}
          </div>
        ))}
      </Fact>
      <Fact label="MRR, USD">
        <Figure proof="mrr" label="MRR">
          {usd(tenant.mrr)}
        </Figure>
        {tenant.mrrOther.length === 0 ? null : (
          <span className="muted"> and {tenant.mrrOther.map((money) => moneyWords(money)).join(', ')}</span>
        )}
      </Fact>
      <Fact label="Margin">
        <Margin answer={answer} />
      </Fact>
      <Fact label="Record">
        <button type="button" className="link-button" onClick={onRecords}>
          {counted(answer.records, 'version')}
          {answer.conflicts === 0 ? '' : `, ${counted(answer.conflicts, 'conflict')}`}
        </button>
        , {dateWords(answer.updatedAt)}
      </Fact>
    </dl>
  );
}

function Margin({ answer }: { readonly answer: Shown }) {
  const { margin, margins } = answer.tenant;
  // What a tenant costs is the company's own: a partner sees the margin and not what it is made of.
  const proven = useProcedure('session.describe', {}).data?.allowed.includes('economics.proof') ?? false;
  if (margin === null) return <span className="muted">no close yet</span>;
  const low = Number(margin) < TENANT_THRESHOLDS.marginFloorPercent;
  const figure = <span className={low ? 't-bad strong' : undefined}>{margin}%</span>;
  return (
    <span className="row">
      {proven ? (
        <Figure proof="margin" label={`Margin of ${margins.at(-1)?.month ?? 'the last close'}`}>
          {figure}
        </Figure>
      ) : (
        figure
      )}
      <Sparkline values={margins.map(({ percent }) => Number(percent))} floor={TENANT_THRESHOLDS.marginFloorPercent} />
    </span>
  );
}

function Subscriptions({ subscriptions }: { readonly subscriptions: readonly TenantSubscription[] }) {
  return (
    <Section title="Subscriptions" note={<span className="small muted">{counted(subscriptions.length, 'subscription')}</span>}>
      {subscriptions.length === 0 ? <p className="small second">None: it adds nothing to MRR.</p> : null}
      {subscriptions.map((each) => (
        <div key={each.subscriptionId} className="subscription small" title={each.says}>
          <div className="row between">
            <code className="ellipsis">{each.subscriptionId}</code>
            <span className="nowrap">
              {each.quantity === 1 ? '' : `${each.quantity} × `}
              {moneyWords(each.unitAmount)} a {each.interval}
            </span>
          </div>
          <div className="row between tiny muted">
            <span className="ellipsis">
              {each.status}, {each.tier}
              {Number(each.discountPercent) === 0 ? '' : `, ${each.discountPercent}% off`}
            </span>
            <span className="nowrap">{each.mrr === null ? 'not in MRR' : `${moneyWords(each.mrr)} MRR`}</span>
          </div>
        </div>
      ))}
    </Section>
  );
}
