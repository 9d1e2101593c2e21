import { Button } from '@blueprintjs/core';
import { type Answer, useProcedure } from '../../port/use-app.ts';
import { router, setQuery, useAddress } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { integer } from '../../ui/format.ts';
import { Keys, PageHead, Panel } from '../../ui/parts.tsx';
import { useOpenProof } from '../../ui/proof.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { Pill } from '../../ui/status.tsx';
import { EvidenceArtifacts } from '../evidence/artifacts-tab.tsx';
import { EvidenceConsistency } from '../evidence/consistency-tab.tsx';
import { FreezeBanner } from './freeze-banner.tsx';
import { GateDetail } from './gate-detail.tsx';
import { GateMatrix, MatrixLegend, type Matrix } from './gate-matrix.tsx';
import { GateProof } from './gate-proof.tsx';
import { isMonth, monthName, monthWord, totalsWords } from './gates-words.ts';
import { MotionDialog } from './motion-dialog.tsx';
import { MotionsTab } from './motions-tab.tsx';
import { PlanDialog } from './plan-dialog.tsx';
import { RunsTab } from './runs-tab.tsx';
import { ThresholdsTab } from './thresholds-tab.tsx';
import { type RunGates, useRunGates } from './use-run-gates.ts';
import './gates.css';

const TABS = ['gates', 'artifacts', 'consistency', 'thresholds', 'runs', 'motions'] as const;
type Tab = (typeof TABS)[number];
const NAMES: Readonly<Record<Tab, string>> = {
  gates: 'Gates',
  artifacts: 'Artifacts',
  consistency: 'Consistency',
  thresholds: 'Thresholds',
  runs: 'Runs',
  motions: 'Motions',
};
const tabOf = (text: string | undefined): Tab => TABS.find((tab) => tab === text) ?? 'gates';
const MONTHS_SHOWN = 12;

/** `/evidence`, with `?tab=artifacts`, `?gate=fin_gate_2_…&month=2026-05`, `?plan=open` and `?motion=open`. */
export function GatesScreen() {
  const { query } = useAddress();
  const tab = tabOf(query['tab']);
  const matrix = useProcedure('gate.matrix', { months: MONTHS_SHOWN }, { keep: true });
  const freeze = useProcedure('freeze.get', {});
  const run = useRunGates();
  useShortcut('R', 'Run the gates', () => {
    run.start();
  });
  const frozen = freeze.data?.frozen ?? null;
  const lifts = freeze.data?.lifts ?? '';
  const openPlan = (): void => {
    setQuery({ plan: 'open' });
  };
  return (
    <>
      <GatesHead matrix={matrix.data} run={run} />
      {frozen === null ? null : <FreezeBanner freeze={frozen} lifts={lifts} onPlan={openPlan} />}
      <div className="row between tabs-row">
        <TabRow tab={tab} matrix={matrix.data} />
        {tab === 'gates' ? <MatrixLegend /> : null}
      </div>
      {tab === 'artifacts' ? (
        <EvidenceArtifacts />
      ) : tab === 'consistency' ? (
        <EvidenceConsistency />
      ) : tab === 'thresholds' ? (
        <ThresholdsTab />
      ) : tab === 'runs' ? (
        <RunsTab />
      ) : tab === 'motions' ? (
        <MotionsTab />
      ) : (
        <AnswerView
          of={matrix}
          what="the gates"
          skeleton={<Skeleton rows={18} rowHeight={25} />}
          isEmpty={(data) => data.months.length === 0}
          empty={<NoRun newest={matrix.data?.newest ?? null} run={run} />}
        >
          {(data) => (
            <MatrixPane
              matrix={data}
              run={run}
              onPlan={frozen === null ? null : openPlan}
              frozenGates={frozen?.gates.map(({ gate }) => gate) ?? []}
            />
          )}
        </AnswerView>
      )}
      {query['plan'] === 'open' && frozen !== null ? (
        <PlanDialog
          freeze={frozen}
          lifts={lifts}
          onClose={() => {
            setQuery({ plan: undefined });
          }}
        />
      ) : null}
      {query['motion'] === 'open' ? (
        <MotionDialog
          onClose={() => {
            setQuery({ motion: undefined });
          }}
        />
      ) : null}
    </>
  );
}

function GatesHead({ matrix, run }: { readonly matrix: Matrix | undefined; readonly run: RunGates }) {
  const last = matrix?.lastRun ?? null;
  const totals = matrix === undefined || last === null ? null : totalsWords(matrix.totals);
  return (
    <PageHead
      title="Evidence & gates"
      marks={totals === null ? null : <Pill status={totals.status}>{totals.text}</Pill>}
      lead={
        last === null
          ? 'Whether a month holds, and what a release is decided by'
          : `for the ${monthWord(last.month)} close, run ${last.runNo}`
      }
      actions={
        <>
          <Button
            icon="history"
            text="Compare runs"
            onClick={() => {
              router.go('/evidence/compare');
            }}
          />
          <ActionButton
            icon="play"
            text="Run gates"
            endIcon={<Keys>R</Keys>}
            refused={run.refused}
            loading={run.busy}
            onClick={() => {
              run.start();
            }}
          />
        </>
      }
    />
  );
}

function TabRow({ tab, matrix }: { readonly tab: Tab; readonly matrix: Matrix | undefined }) {
  const artifacts = useProcedure('evidence.list', { limit: 1 }).data;
  const consistency = useProcedure('evidence.consistency', {}).data;
  const due = matrix?.reviewDue === true;
  const counts: Partial<Record<Tab, { readonly n: number; readonly bad: boolean; readonly says: string }>> = {
    gates: { n: matrix?.totals.failing ?? 0, bad: true, says: 'gates fail' },
    artifacts: { n: artifacts?.total ?? 0, bad: false, says: 'artifacts' },
    consistency: {
      n: consistency?.findings.length ?? 0,
      bad: (consistency?.errors ?? 0) > 0,
      says: 'findings in the newest month',
    },
    thresholds: { n: due ? 1 : 0, bad: false, says: 'review is due' },
  };
  return (
    <div className="views" role="group" aria-label="What to show of evidence and gates">
      {TABS.map((each) => {
        const count = counts[each];
        return (
          <button
            key={each}
            type="button"
            className="view"
            aria-pressed={each === tab}
            onClick={() => {
              router.go(each === 'gates' ? '/evidence' : `/evidence?tab=${each}`);
            }}
          >
            {NAMES[each]}
            {count === undefined || count.n === 0 ? null : (
              <span className={`count${count.bad ? ' count-bad' : ''}`} title={`${integer(count.n)} ${count.says}`}>
                {integer(count.n)}
              </span>
            )}
          </button>
        );
      })}
    </div>
  );
}

interface MatrixPaneProps {
  readonly matrix: Answer<'gate.matrix'>;
  readonly run: RunGates;
  readonly onPlan: (() => void) | null;
  readonly frozenGates: readonly string[];
}

function MatrixPane({ matrix, run, onPlan, frozenGates }: MatrixPaneProps) {
  const { query } = useAddress();
  const proof = useOpenProof();
  const gate = matrix.groups.flatMap(({ gates }) => gates).find((one) => one.gate === query['gate'])?.gate ?? null;
  const month = isMonth(query['month']) ? query['month'] : (matrix.months.at(-1) ?? null);
  const open = gate !== null && month !== null;
  return (
    <div className={`gates with-side${open ? ' gates-open' : ''}`}>
      <section className="panel matrix-panel" aria-label="Gates over months">
        <GateMatrix matrix={matrix} openGate={gate} openMonth={gate === null ? null : month} />
      </section>
      {!open ? null : proof === `gate.${gate}` ? (
        <GateProof gate={gate} month={month} run={run} />
      ) : (
        <GateDetail key={`${gate} ${month}`} gate={gate} month={month} run={run} onPlan={frozenGates.includes(gate) ? onPlan : null} />
      )}
    </div>
  );
}

function NoRun({ newest, run }: { readonly newest: string | null; readonly run: RunGates }) {
  return (
    <Panel>
      {newest === null ? (
        <Empty
          icon="endorsed"
          title="There is no evidence to judge yet"
          action={
            <Button
              intent="primary"
              icon="folder-open"
              text="Add a source…"
              onClick={() => {
                router.go('/settings/sources');
              }}
            />
          }
        >
          Gates judge a month by its telemetry, guardrails and decisions. They come from a source, or are made here.
        </Empty>
      ) : (
        <Empty
          icon="endorsed"
          title={`The gates of ${monthName(newest)} were not run yet`}
          action={
            <ActionButton
              intent="primary"
              icon="play"
              text="Run gates"
              refused={run.refused}
              loading={run.busy}
              onClick={() => {
                run.start();
              }}
            />
          }
        >
          Its evidence is there. A run is kept with its inputs, and says whether the month holds.
        </Empty>
      )}
    </Panel>
  );
}
