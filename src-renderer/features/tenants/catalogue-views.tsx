import { Button, Menu, MenuItem } from '@blueprintjs/core';
import { useState } from 'react';
import type { TenantView } from '../../../src-shared/contract/tenants.ts';
import { type Answer, useAllowed, useCommand } from '../../port/use-app.ts';
import { router } from '../../router/router.ts';
import { formatAddress } from '../../router/address.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { integer } from '../../ui/format.ts';
import { MenuPopover } from '../../ui/menu-popover.tsx';
import { say } from '../../ui/notices.ts';
import { amountText } from '../../ui/quantity-format.ts';
import { visibleText } from '../../ui/visible-text.ts';
import type { Listing } from './catalogue-query.ts';
import { SaveViewDialog } from './save-view-dialog.tsx';
import { moneyWords } from './tenant-words.ts';

export interface CatalogueViewsProps {
  readonly views: readonly TenantView[];
  readonly listing: Listing;
  /** The columns that someone chose; kept with a view. */
  readonly columns: readonly string[];
  /** The head of the list, once it is read. */
  readonly totals: Pick<Answer<'tenant.list'>, 'matched' | 'total' | 'mrr' | 'mrrOther'> | undefined;
}

const viewAddress = (view: TenantView, views: readonly TenantView[]): string =>
  formatAddress(['tenants'], { view: view.viewId === views[0]?.viewId ? undefined : view.viewId });

/** Saved views as tabs with counts; what was changed can be kept as a view of one's own. */
export function CatalogueViews({ views, listing, columns, totals }: CatalogueViewsProps) {
  const [dialog, setDialog] = useState<'save' | 'rename' | 'delete' | null>(null);
  const refused = useAllowed()('tenant.saveView');
  const save = useCommand('tenant.saveView');
  const remove = useCommand('tenant.deleteView');
  const { base, filter, sort, direction, changed } = listing;
  const keep = (): void => {
    save.run({ viewId: base.viewId, name: base.name, filter, sort, direction, columns: [...columns], shared: base.shared }).then(
      () => {
        router.go(viewAddress(base, views));
        say({ status: 'ok', title: `The view ${base.name} was changed` });
      },
      (error: unknown) => {
        say({ status: 'bad', title: 'The view was not changed', text: error instanceof Error ? error.message : String(error) });
      },
    );
  };
  return (
    <div className="views tenant-views">
      <div className="views-list" role="group" aria-label="Saved views">
        {views.map((view) => {
          const open = view.viewId === base.viewId;
          return (
            <button
              key={view.viewId}
              type="button"
              className="view"
              aria-pressed={open}
              title={view.owner === null ? undefined : `by ${view.owner}${view.shared ? ', shared' : ''}`}
              onClick={() => {
                router.go(viewAddress(view, views));
              }}
            >
              <span className="ellipsis">
                {visibleText(view.name)}
                {open && changed ? <span className="muted">, changed</span> : null}
              </span>
              <span className="count">{integer(view.count)}</span>
            </button>
          );
        })}
        <ActionButton
          variant="minimal"
          size="small"
          icon="plus"
          text="Save this view"
          refused={refused}
          onClick={() => {
            setDialog('save');
          }}
        />
        {!base.mine || base.builtIn || refused !== null ? null : (
          <MenuPopover
            placement="bottom-start"
            content={
              <Menu aria-label={`View ${base.name}`}>
                <MenuItem icon="floppy-disk" text="Keep the changes" disabled={!changed} onClick={keep} />
                <MenuItem
                  icon="edit"
                  text="Rename or share…"
                  onClick={() => {
                    setDialog('rename');
                  }}
                />
                <MenuItem
                  icon="trash"
                  text="Delete the view…"
                  onClick={() => {
                    setDialog('delete');
                  }}
                />
              </Menu>
            }
          >
            <Button
              variant="minimal"
              size="small"
              icon="more"
              aria-label={`More acts on the view ${base.name}`}
              title="More acts on this view"
            />
          </MenuPopover>
        )}
      </div>
      {totals === undefined ? null : (
        <span className="push small second nowrap" title={totals.mrrOther.map((money) => moneyWords(money)).join(', ')}>
          <b>{integer(totals.matched)}</b> of {integer(totals.total)} tenants, <b>{amountText(totals.mrr.amount, 0)}</b>{' '}
          {totals.mrr.currency} MRR
          {totals.mrrOther.length === 0 ? '' : ' and others'}
        </span>
      )}
      {dialog === 'save' || dialog === 'rename' ? (
        <SaveViewDialog
          view={dialog === 'rename' ? base : null}
          taken={views.map((view) => view.name)}
          filter={dialog === 'rename' ? base.filter : filter}
          sort={dialog === 'rename' ? base.sort : sort}
          direction={dialog === 'rename' ? base.direction : direction}
          columns={dialog === 'rename' ? base.columns : columns}
          onClose={() => {
            setDialog(null);
          }}
        />
      ) : null}
      {dialog === 'delete' ? (
        <DecisionDialog
          title={`Delete the view ${base.name}`}
          icon="trash"
          statement={`The view ${base.name} is deleted${base.shared ? ' for everybody who sees it' : ''}. No tenant is touched.`}
          act="Delete the view"
          danger
          busy={remove.busy}
          error={remove.error}
          onAct={() => {
            remove.run({ viewId: base.viewId }).then(
              () => {
                setDialog(null);
                router.go('/tenants');
                say({ status: 'ok', title: `The view ${base.name} was deleted` });
              },
              () => undefined,
            );
          }}
          onClose={() => {
            setDialog(null);
          }}
        />
      ) : null}
    </div>
  );
}
