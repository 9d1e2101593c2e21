import { Button, Icon, Menu, MenuDivider, MenuItem } from '@blueprintjs/core';
import { useCommand, useProcedure, roleWord } from '../port/use-app.ts';
import { hrefOf, router } from '../router/router.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { MenuPopover } from '../ui/menu-popover.tsx';
import { Avatar, Fact, Keys } from '../ui/parts.tsx';
import { say } from '../ui/notices.ts';
import { Time, useNow } from '../ui/time.tsx';
import { useActs } from './acts.ts';
import { sealLook } from './seal-words.ts';
import { openDialog } from './shell-state.ts';
import { syncLook } from './sync-words.ts';

function WorkspaceSwitcher() {
  const session = useProcedure('session.describe', {}).data;
  const known = useProcedure('workspace.known', {}).data?.workspaces ?? [];
  const open = useCommand('workspace.open');
  const name = session?.workspace.name ?? 'Workspace';
  return (
    <MenuPopover
      placement="bottom-start"
      content={
        <Menu aria-label="Workspaces on this machine">
          {known.map((each) => (
            <MenuItem
              key={each.workspaceId + each.folder}
              icon={each.folder === session?.workspace.folder ? 'tick' : 'blank'}
              text={each.name}
              label={each.demo ? 'demo' : each.present ? '' : 'not found'}
              disabled={!each.present}
              title={each.folder}
              onClick={() => {
                if (each.folder !== session?.workspace.folder)
                  void open.run({ folder: each.folder }).catch(sayError('The workspace was not opened'));
              }}
            />
          ))}
          <MenuDivider />
          <MenuItem icon="folder-open" text="Open another workspace…" onClick={() => openDialog('open-workspace')} />
          <MenuItem icon="add" text="New workspace…" onClick={() => openDialog('create-workspace')} />
          <MenuItem icon="cog" text="Workspace settings" onClick={() => router.go('/settings/workspace')} />
        </Menu>
      }
    >
      <button type="button" className="top-part top-workspace" title={session?.workspace.folder}>
        <Icon icon="folder-close" size={14} className="muted" />
        <span className="visually-hidden">Workspace: </span>
        <span className="strong ellipsis">{name}</span>
        {session?.workspace.demo === true ? <span className="pill">demo</span> : null}
        <Icon icon="caret-down" size={12} className="muted" />
      </button>
    </MenuPopover>
  );
}

const sayError = (title: string) => (error: unknown) => {
  say({ status: 'bad', title, text: error instanceof Error ? error.message : String(error) });
};

function SyncPart() {
  const now = useNow();
  const sync = useProcedure('sync.state', {}).data;
  const acts = useActs();
  if (sync === undefined) return null;
  const look = syncLook(sync, now);
  return (
    <MenuPopover
      placement="bottom-end"
      content={
        <div className="top-card">
          <h2>{look.text}</h2>
          <dl className="facts">
            <Fact label="Last sync">{sync.lastSyncAt === null ? 'never' : <Time at={sync.lastSyncAt} withAge />}</Fact>
            <Fact label="Next run">{sync.nextRunAt === null ? 'by hand only' : <Time at={sync.nextRunAt} form="short" withAge />}</Fact>
            {sync.offlineSince === null ? null : (
              <Fact label="Offline since">
                <Time at={sync.offlineSince} withAge />
              </Fact>
            )}
          </dl>
          {sync.failing.length === 0 ? null : (
            <ul className="stack-4 small">
              {sync.failing.map((each) => (
                <li key={each.sourceName}>
                  <b>{each.sourceName}</b> {each.says}
                </li>
              ))}
            </ul>
          )}
          <div className="row">
            <ActionButton icon="refresh" text="Sync now" refused={acts.refusal('sync.run')} onClick={acts.syncNow} />
            <Button variant="minimal" text="Open the sources" onClick={() => router.go('/settings/sources')} />
          </div>
        </div>
      }
    >
      <button type="button" className={`top-part small t-${look.status === 'ok' ? 'idle' : look.status}`} title={look.text}>
        <Icon icon={look.icon} size={13} />
        <span className="visually-hidden">Sync: {look.text}</span>
        <span className="hide-tight" aria-hidden="true">
          {look.text}
        </span>
      </button>
    </MenuPopover>
  );
}

function SealPart() {
  const seal = useProcedure('receipt.seal', {}).data;
  if (seal === undefined) return null;
  const look = sealLook(seal);
  return (
    <a
      className={`top-part seal seal-${look.status}`}
      href={hrefOf(look.address)}
      title={seal.worst?.says ?? look.text}
      data-seal={seal.form}
    >
      <Icon icon={look.icon} size={13} />
      <span>{look.text}</span>
    </a>
  );
}

function MemberPart() {
  const session = useProcedure('session.describe', {}).data;
  const members = useProcedure('member.list', {}).data?.members ?? [];
  const actAs = useCommand('session.actAs');
  if (session === undefined) return null;
  const { member } = session;
  return (
    <MenuPopover
      placement="bottom-end"
      content={
        <>
          <p className="caps menu-title">Act as</p>
          <Menu aria-label="Act as">
            {members.map((each) => (
              <MenuItem
                key={each.memberId}
                icon={each.memberId === member.memberId ? 'tick' : 'blank'}
                text={each.name}
                label={roleWord(each.role)}
                onClick={() => {
                  if (each.memberId === member.memberId) return;
                  void actAs
                    .run({ memberId: each.memberId })
                    .then(() => say({ status: 'ok', title: `You act as ${each.name}, ${roleWord(each.role)}` }))
                    .catch(sayError('Who acts was not changed'));
                }}
              />
            ))}
            <MenuDivider />
            <MenuItem icon="people" text="Members" onClick={() => router.go('/settings/members')} />
          </Menu>
          <p className="menu-note tiny muted">On your own machine a role guides; only a signature binds.</p>
        </>
      }
    >
      <button type="button" className="top-part">
        <Avatar name={member.name} />
        <span className="visually-hidden">
          Acting: {member.name}, {roleWord(member.role)}
        </span>
        <span className="stack-0 hide-narrow top-member" aria-hidden="true">
          <span className="small strong">{member.name}</span>
          <span className="tiny muted">{roleWord(member.role)}</span>
        </span>
        <Icon icon="caret-down" size={12} className="muted" />
      </button>
    </MenuPopover>
  );
}

export function TopBar() {
  return (
    <div className="top">
      <WorkspaceSwitcher />
      <button type="button" className="top-part top-find" aria-keyshortcuts="Control+K" onClick={() => openDialog('palette')}>
        <Icon icon="search" size={14} />
        <span className="grow ellipsis">Search or run an action</span>
        <span className="hide-narrow">
          <Keys>Ctrl K</Keys>
        </span>
      </button>
      <span className="push" />
      <SyncPart />
      <SealPart />
      <MemberPart />
    </div>
  );
}
