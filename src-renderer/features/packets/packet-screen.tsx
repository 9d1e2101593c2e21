import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useProcedure } from '../../port/use-app.ts';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { afterPaint } from '../../ui/after-paint.ts';
import { PageHead } from '../../ui/parts.tsx';
import { useOpenProof } from '../../ui/proof.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { BuildDialog } from './build-dialog.tsx';
import { CorrectDialog } from './correct-dialog.tsx';
import { KeyFigures } from './key-figures.tsx';
import { figureOf, type PacketAnswer, PacketContext } from './packet-context.tsx';
import { AcceptDialog, SendBackDialog } from './packet-dialogs.tsx';
import { type PacketDialog, PacketTop } from './packet-head.tsx';
import { PacketBanners } from './packet-banners.tsx';
import { PacketProof } from './packet-proof.tsx';
import { isPacketView, PacketTabs, type PacketView } from './packet-tabs.tsx';
import { monthAfter, monthName } from './packet-words.ts';
import { PacketToBuild } from './packet-to-build.tsx';
import type { AskAbout } from './questions.tsx';
import { useVerifyPacket } from './use-verify-packet.ts';
import { ViewChecks } from './view-checks.tsx';
import { ViewMonth } from './view-month.tsx';
import { ViewMoves } from './view-moves.tsx';
import { ViewOutlook } from './view-outlook.tsx';
import { ViewRecord } from './view-record.tsx';
import './packets.css';
import './packet-views.css';

/** `/packets/2026-05`, with `?revision=2`, `?view=moves` and `?proof=blended_margin`. */
export function PacketScreen({ month }: { readonly month: string }) {
  const { query } = useAddress();
  const revision = /^[1-9]\d{0,5}$/.test(query['revision'] ?? '') ? Number(query['revision']) : undefined;
  const packet = useProcedure('packet.get', { month, ...(revision === undefined ? {} : { revision }) }, { keep: true });
  useShortcut('[', 'Previous month', () => {
    router.go(`/packets/${monthAfter(month, -1)}`);
  });
  useShortcut(']', 'Next month', () => {
    router.go(`/packets/${monthAfter(month)}`);
  });
  const other = packet.data !== undefined && packet.data.head.month !== month;
  if (packet.error?.code === 'NOT_FOUND' && (packet.data === undefined || other) && revision === undefined) {
    return <PacketToBuild month={month} />;
  }
  if (packet.data === undefined || (other && packet.error !== null)) {
    return (
      <>
        <PageHead crumbs={<a href={hrefOf('/packets')}>Packets</a>} title={monthName(month)} />
        <AnswerView of={{ ...packet, data: undefined }} what={`the packet of ${monthName(month)}`} skeleton={<PacketSkeleton />}>
          {() => null}
        </AnswerView>
      </>
    );
  }
  return <Packet key={packet.data.head.packetId} of={packet} packet={packet.data} />;
}

interface PacketProps {
  readonly packet: PacketAnswer;
  readonly of: Parameters<typeof AnswerView<PacketAnswer>>[0]['of'];
}

/** The figure that the keyboard is on: the focused one, else the one whose proof is open. */
const focusedFigure = (proof: string | null): string | null =>
  document.activeElement?.closest<HTMLElement>('[data-figure]')?.dataset['figure'] ??
  document.activeElement?.querySelector<HTMLElement>('[data-figure]:focus')?.dataset['figure'] ??
  proof;

function Packet({ packet, of }: PacketProps) {
  const { query } = useAddress();
  const proof = useOpenProof();
  const open = proof !== null && figureOf(packet, proof) !== null ? proof : null;
  const view: PacketView = isPacketView(query['view']) ? query['view'] : 'month';
  const [dialog, setDialog] = useState<PacketDialog | null>(null);
  const [about, setAbout] = useState<AskAbout>({ figure: null, n: 0 });
  const verify = useVerifyPacket(packet.head.packetId);
  const place = useMemo(
    () => ({
      packet,
      ask: (figure: string | null) => {
        setQuery({ view: undefined });
        setAbout(({ n }) => ({ figure, n: n + 1 }));
      },
    }),
    [packet],
  );
  useShortcut('V', 'Verify this packet again', verify.start);
  useShortcut('C', 'Write about the focused figure', () => {
    const figure = focusedFigure(open);
    place.ask(figure !== null && figureOf(packet, figure) !== null ? figure : null);
  });
  const close = (): void => {
    setDialog(null);
  };
  return (
    <PacketContext.Provider value={place}>
      <PacketTop packet={packet} onDialog={setDialog} />
      <AnswerView of={of} what="the packet">
        {() => (
          <div className={`packet${open === null ? '' : ' with-proof'}`}>
            <div className="packet-main">
              <PacketBanners
                onBuild={() => {
                  setDialog('build');
                }}
                refusal={view !== 'checks'}
              />
              <KeyFigures />
              <PacketTabs view={view} />
              <Later>
                {view === 'month' ? (
                  <ViewMonth
                    about={about}
                    onClearAbout={() => {
                      setAbout({ figure: null, n: about.n });
                    }}
                  />
                ) : view === 'moves' ? (
                  <ViewMoves />
                ) : view === 'outlook' ? (
                  <ViewOutlook />
                ) : view === 'checks' ? (
                  <ViewChecks />
                ) : (
                  <ViewRecord />
                )}
              </Later>
            </div>
            {open === null ? null : <PacketProof figure={open} onVerify={verify.start} verifying={verify.busy} />}
          </div>
        )}
      </AnswerView>
      {dialog === 'accept' ? <AcceptDialog onClose={close} /> : null}
      {dialog === 'send-back' ? <SendBackDialog onClose={close} /> : null}
      {dialog === 'correct' ? <CorrectDialog onClose={close} /> : null}
      {dialog === 'build' ? <BuildDialog months={[packet.head.month]} month={packet.head.month} onClose={close} /> : null}
    </PacketContext.Provider>
  );
}

/** The key figures are there to be read a frame sooner: what stands below them is most of the screen. */
function Later({ children }: { readonly children: ReactNode }) {
  // Written as text there is no frame to wait for.
  const [painted, setPainted] = useState(!('requestAnimationFrame' in globalThis));
  useEffect(
    () =>
      afterPaint(() => {
        setPainted(true);
      }),
    [],
  );
  return painted ? children : null;
}

function PacketSkeleton() {
  return (
    <div className="packet">
      <div className="packet-main">
        <section className="panel">
          <Skeleton rows={2} rowHeight={40} />
        </section>
        <section className="panel">
          <Skeleton rows={6} />
        </section>
        <section className="panel">
          <Skeleton rows={10} />
        </section>
      </div>
    </div>
  );
}
