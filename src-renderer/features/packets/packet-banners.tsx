import { Button } from '@blueprintjs/core';
import { Banner } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { usePacket } from './packet-context.tsx';
import { Refusal } from './refusal.tsx';

/** What holds for the packet as a whole until something is done: superseded, sent back, inputs that changed, a refusal. */
export function PacketBanners({ onBuild, refusal }: { readonly onBuild: () => void; readonly refusal: boolean }) {
  const { packet } = usePacket();
  const { head, review, changedSince } = packet;
  const { supersededBy } = head;
  return (
    <>
      {supersededBy === null ? null : (
        <Banner status="warn" icon="history" title={`Revision ${supersededBy} supersedes this one`}>
          {visibleText(head.revisions.find((each) => each.revision === supersededBy)?.reason ?? 'It was built again.')} This one stays as it
          was and is only read.
        </Banner>
      )}
      {supersededBy === null && head.state === 'sent-back' && review.decided !== null ? (
        <Banner status="warn" icon="undo" title={`${review.decided.who} sent it back`}>
          “{visibleText(review.decided.text)}”{' '}
          <span className="muted">
            <Time at={review.decided.at} form="short" />
          </span>
        </Banner>
      ) : null}
      {supersededBy === null && changedSince.length > 0 ? (
        <Banner
          status={head.state === 'accepted' ? 'idle' : 'warn'}
          icon="refresh"
          title="Its inputs have changed since it was built"
          actions={<Button text="Build again…" onClick={onBuild} />}
        >
          {changedSince.join('; ')}. This revision still shows what it was built from.
        </Banner>
      ) : null}
      {refusal ? <Refusal /> : null}
    </>
  );
}
