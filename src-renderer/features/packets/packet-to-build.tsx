import { useState } from 'react';
import { useAllowed, useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Keys, PageHead, Panel } from '../../ui/parts.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { Pill } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { BuildDialog } from './build-dialog.tsx';
import { InputsTable } from './inputs-table.tsx';
import { monthName } from './packet-words.ts';

/** A month that has no packet yet: what is there, what is missing, and the way to each. */
export function PacketToBuild({ month }: { readonly month: string }) {
  const inputs = useProcedure('packet.inputs', { month });
  const refused = useAllowed()('packet.build');
  const [building, setBuilding] = useState(false);
  const build = (): void => {
    if (refused === null) setBuilding(true);
  };
  useShortcut('R', 'Build the packet', build);
  const answer = inputs.data;
  return (
    <>
      <PageHead
        crumbs={<a href={hrefOf('/packets')}>Packets</a>}
        title={monthName(month)}
        marks={<Pill icon="minus">no packet yet</Pill>}
        {...(answer === undefined
          ? {}
          : {
              lead: (
                <span className="hide-narrow">
                  Built from <Time at={answer.buildAt} form="short" />, accepted until <Time at={answer.dueAt} form="short" />
                </span>
              ),
            })}
        actions={
          <ActionButton
            intent="primary"
            icon="build"
            text="Build packet…"
            endIcon={<Keys>R</Keys>}
            refused={refused ?? (answer?.ready === false ? answer.says : null)}
            onClick={build}
          />
        }
      />
      <AnswerView of={inputs} what={`the inputs of ${monthName(month)}`} skeleton={<Skeleton rows={10} rowHeight={36} />}>
        {(data) => (
          <Panel
            title="What the packet is made of"
            note={data.ready ? 'everything that it needs is there' : null}
            pad={false}
            className="to-build"
          >
            <p className="pad to-build-says">{data.says}</p>
            <InputsTable inputs={data.inputs} />
          </Panel>
        )}
      </AnswerView>
      {building ? (
        <BuildDialog
          months={[month]}
          month={month}
          onClose={() => {
            setBuilding(false);
          }}
        />
      ) : null}
    </>
  );
}
