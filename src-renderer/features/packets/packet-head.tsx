import { Button, Menu, MenuDivider, MenuItem } from '@blueprintjs/core';
import { saveDownload } from '../../port/download.ts';
import { useAllowed, useCommand } from '../../port/use-app.ts';
import { hrefOf, router } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { MenuPopover } from '../../ui/menu-popover.tsx';
import { say } from '../../ui/notices.ts';
import { PageHead } from '../../ui/parts.tsx';
import { Pill } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { acceptRefusal, reviewRefusal } from './refusals.ts';
import type { PacketAnswer } from './packet-context.tsx';
import { monthName, openWords, stateLook } from './packet-words.ts';

export type PacketDialog = 'accept' | 'send-back' | 'correct' | 'build';

const FORMATS = [
  { format: 'pdf', icon: 'document', name: 'PDF', says: 'charts, page numbers, digests' },
  { format: 'csv', icon: 'th', name: 'CSV', says: 'every figure, opens in a spreadsheet' },
  { format: 'json', icon: 'console', name: 'JSON', says: 'the document itself' },
  { format: 'zip', icon: 'archive', name: 'Zip of all', says: 'with SHA256SUMS and the reference files' },
] as const;

export interface PacketTopProps {
  readonly packet: PacketAnswer;
  readonly onDialog: (dialog: PacketDialog) => void;
}

/** Month, state, what fails, when it is due, and what can be done. */
export function PacketTop({ packet, onDialog }: PacketTopProps) {
  const { head, gates, review } = packet;
  const look = stateLook(head.state);
  const failing = gates.results.filter(({ state }) => state === 'fail');
  const superseded = head.supersededBy !== null;
  return (
    <PageHead
      crumbs={
        <>
          <a href={hrefOf('/packets')}>Packets</a>
          <span aria-hidden="true">/</span>
          <span>
            revision {head.revision}, built <Time at={head.builtAt} form="short" /> by {head.builtBy}
          </span>
        </>
      }
      title={monthName(head.month)}
      marks={
        <>
          <Pill status={superseded ? 'idle' : look.status} icon={superseded ? 'history' : look.icon}>
            {superseded ? 'superseded' : look.word}
          </Pill>
          {failing.length === 0 ? null : (
            <Pill status="bad">{`${failing.map(({ name }) => name).join(', ')} ${failing.length === 1 ? 'fails' : 'fail'}`}</Pill>
          )}
          {head.overdue && !superseded ? (
            <Pill status="warn" icon="time">
              overdue
            </Pill>
          ) : null}
        </>
      }
      {...(superseded || head.state === 'accepted'
        ? {}
        : {
            lead: (
              <span className="hide-narrow">
                Due <Time at={head.dueAt} form="short" withAge />
              </span>
            ),
          })}
      actions={
        <>
          <More packet={packet} onDialog={onDialog} />
          <ExportMenu packet={packet} />
          {superseded ? (
            <Button intent="primary" text={`Open revision ${head.supersededBy ?? ''}`} onClick={() => openNewest(head.month)} />
          ) : head.state === 'accepted' ? null : (
            <Decide packet={packet} onDialog={onDialog} open={review.open.length} />
          )}
        </>
      }
    />
  );
}

const openNewest = (month: string): void => {
  router.go(`/packets/${month}`);
};

function ExportMenu({ packet }: { readonly packet: PacketAnswer }) {
  const { run, busy } = useCommand('packet.export');
  const { packetId, month, revision } = packet.head;
  const save = (format: (typeof FORMATS)[number]['format'], name: string): void => {
    run({ packetId, format }).then(
      (ticket) => {
        saveDownload(ticket);
        say({ status: 'ok', title: `Exported ${monthName(month)}, revision ${revision}, as ${name}`, text: ticket.fileName });
      },
      (error: unknown) => {
        say({ status: 'bad', title: 'The packet was not exported', text: error instanceof Error ? error.message : String(error) });
      },
    );
  };
  return (
    <MenuPopover
      placement="bottom-end"
      content={
        <Menu>
          {FORMATS.map(({ format, icon, name, says }) => (
            <MenuItem key={format} icon={icon} text={name} label={says} onClick={() => save(format, name)} />
          ))}
        </Menu>
      }
    >
      <Button icon="export" endIcon="caret-down" text="Export" loading={busy} />
    </MenuPopover>
  );
}

/** What is done seldom: correct an assumption, build again. */
function More({ packet, onDialog }: PacketTopProps) {
  const allowed = useAllowed();
  if (packet.head.supersededBy !== null) return null;
  const correct = reviewRefusal(packet.review.may.correct, allowed('packet.correctAssumption'));
  const build = allowed('packet.build');
  return (
    <MenuPopover
      placement="bottom-end"
      content={
        <Menu>
          <MenuItem
            icon={correct === null ? 'edit' : 'lock'}
            text="Correct an assumption…"
            label={correct ?? ''}
            aria-disabled={correct !== null}
            className={correct === null ? '' : 'menu-refused'}
            shouldDismissPopover={correct === null}
            onClick={() => {
              if (correct === null) onDialog('correct');
            }}
          />
          <MenuDivider />
          <MenuItem
            icon={build === null ? 'build' : 'lock'}
            text="Build again…"
            label={build ?? (packet.changedSince.length === 0 ? 'nothing has changed' : `${packet.changedSince.length} inputs changed`)}
            aria-disabled={build !== null}
            className={build === null ? '' : 'menu-refused'}
            shouldDismissPopover={build === null}
            onClick={() => {
              if (build === null) onDialog('build');
            }}
          />
        </Menu>
      }
    >
      <Button icon="more" aria-label="More acts" title="Correct an assumption, build again" />
    </MenuPopover>
  );
}

function Decide({ packet, onDialog, open }: PacketTopProps & { readonly open: number }) {
  const allowed = useAllowed();
  const submit = useCommand('packet.submit');
  const { may } = packet.review;
  const { head } = packet;
  const submitAct = (again: boolean) => (
    <ActionButton
      {...(again ? {} : { intent: 'primary' as const })}
      icon="eye-open"
      text={again ? 'Submit again' : 'Submit for review'}
      loading={submit.busy}
      refused={reviewRefusal(may.submit, allowed('packet.submit'))}
      onClick={() => {
        submit.run({ packetId: head.packetId }).then(
          () => {
            say({ status: 'ok', title: `${monthName(head.month)} is in review` });
          },
          (error: unknown) => {
            say({ status: 'bad', title: 'It was not submitted', text: error instanceof Error ? error.message : String(error) });
          },
        );
      }}
    />
  );
  if (head.state === 'draft') return submitAct(false);
  if (head.state === 'sent-back') {
    return (
      <>
        {submitAct(true)}
        <ActionButton
          intent="primary"
          icon="edit"
          text="Correct an assumption…"
          refused={reviewRefusal(may.correct, allowed('packet.correctAssumption'))}
          onClick={() => {
            onDialog('correct');
          }}
        />
      </>
    );
  }
  return (
    <>
      <ActionButton
        text="Send back…"
        refused={reviewRefusal(may.sendBack, allowed('packet.sendBack'))}
        onClick={() => {
          onDialog('send-back');
        }}
      />
      <ActionButton
        intent="primary"
        text={open === 0 ? 'Accept…' : `Accept: ${openWords(open)}`}
        refused={acceptRefusal(packet.review, allowed('packet.accept'))}
        onClick={() => {
          onDialog('accept');
        }}
      />
    </>
  );
}
