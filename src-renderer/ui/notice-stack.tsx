import { Button } from '@blueprintjs/core';
import { useEffect } from 'react';
import { hrefOf } from '../router/router.ts';
import { dismissNotice, type Notice, staysMs, useNotices } from './notices.ts';
import { Banner } from './status.tsx';

function NoticeView({ notice }: { readonly notice: Notice }) {
  useEffect(() => {
    const ms = staysMs(notice);
    if (ms === null) return undefined;
    const timer = setTimeout(() => {
      dismissNotice(notice.id);
    }, ms);
    return () => {
      clearTimeout(timer);
    };
  }, [notice]);
  return (
    <Banner
      status={notice.status}
      title={notice.title}
      actions={
        <>
          {notice.address === undefined ? null : (
            <a className="small" href={hrefOf(notice.address.to)}>
              {notice.address.label}
            </a>
          )}
          <Button
            variant="minimal"
            size="small"
            icon="cross"
            aria-label={`Close: ${notice.title}`}
            onClick={() => dismissNotice(notice.id)}
          />
        </>
      }
    >
      {notice.text}
    </Banner>
  );
}

/** Notices at the lower edge; read aloud as they come. */
export function NoticeStack() {
  const notices = useNotices((state) => state.notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {notices.map((notice) => (
        <NoticeView key={notice.id} notice={notice} />
      ))}
    </div>
  );
}
