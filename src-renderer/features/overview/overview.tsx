import { useEffect, useState } from 'react';
import { useAppClient } from '../../port/app-client.ts';
import { type Answer, useProcedure } from '../../port/use-app.ts';
import { useActs } from '../../shell/acts.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { PageHead } from '../../ui/parts.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { FirstRun } from '../first-run/first-run.tsx';
import { Activity } from './activity.tsx';
import { Changes } from './changes.tsx';
import { Freshness } from './freshness.tsx';
import { Needs } from './needs.tsx';
import './overview.css';
import { leadWords } from './overview-words.ts';
import { SealPanel } from './seal-panel.tsx';

type OverviewAnswer = Answer<'overview.get'>;

const SEEN_AFTER_MS = 4000;

/** Looking counts once it lasted: only then is "since I last looked" moved. What is on the screen stays until it is left. */
const useSeen = (): void => {
  const { live } = useAppClient();
  useEffect(() => {
    const timer = setTimeout(() => {
      if (document.visibilityState === 'visible') void live.call('overview.seen', {}).catch(() => undefined);
    }, SEEN_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [live]);
};

function Ready({ data }: { readonly data: OverviewAnswer }) {
  const acts = useActs();
  const offline = useProcedure('sync.state', {}).data?.state === 'offline';
  // "Since you last looked" is what stood here when the screen was opened.
  const [changes] = useState(data.changes);
  useSeen();
  return (
    <>
      <PageHead
        title="Overview"
        lead={leadWords(data.needs)}
        actions={
          <ActionButton
            icon="refresh"
            text={offline ? 'Try to reach sources' : 'Sync now'}
            refused={acts.refusal('sync.run')}
            onClick={acts.syncNow}
          />
        }
      />
      <div className="overview">
        <div className="overview-column">
          <Needs needs={data.needs} />
          <Changes changes={changes} />
          <Freshness feeds={data.freshness} offline={offline} />
        </div>
        <div className="overview-column">
          <SealPanel />
          <Activity entries={data.activity} />
        </div>
      </div>
    </>
  );
}

/** What needs me, what first, and why; then: may I rely on it, whose data is late, who did what. */
export function Overview() {
  const overview = useProcedure('overview.get', {});
  return (
    <AnswerView
      of={overview}
      what="the overview"
      skeleton={<Skeleton rows={10} rowHeight={64} />}
      isEmpty={(data) => data.empty}
      empty={<FirstRun />}
    >
      {(data) => <Ready data={data} />}
    </AnswerView>
  );
}
