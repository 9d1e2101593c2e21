import { Button, Checkbox, Dialog, DialogBody, InputGroup } from '@blueprintjs/core';
import { useId, useState } from 'react';
import type { TenantFilter, TenantSort, TenantView } from '../../../src-shared/contract/tenants.ts';
import { useCommand } from '../../port/use-app.ts';
import { router } from '../../router/router.ts';
import { formatAddress } from '../../router/address.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { say } from '../../ui/notices.ts';
import { Keys } from '../../ui/parts.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { ErrorView } from '../../ui/states.tsx';
import type { Direction } from './catalogue-query.ts';

export interface SaveViewDialogProps {
  /** The view that is renamed; null for a new one. */
  readonly view: TenantView | null;
  /** Names that are there already. */
  readonly taken: readonly string[];
  readonly filter: TenantFilter;
  readonly sort: TenantSort;
  readonly direction: Direction;
  readonly columns: readonly string[];
  readonly onClose: () => void;
}

/** Keeps a list as a view: its name, and whether others see it. */
export function SaveViewDialog({ view, taken, filter, sort, direction, columns, onClose }: SaveViewDialogProps) {
  const [name, setName] = useState(view?.name ?? '');
  const [shared, setShared] = useState(view?.shared ?? false);
  const { run, busy, error } = useCommand('tenant.saveView');
  const id = useId();
  const wanted = name.trim();
  const used = taken.some((each) => each.toLowerCase() === wanted.toLowerCase() && each !== view?.name);
  const problem = wanted === '' ? 'Give it a name.' : used ? 'There is a view of this name.' : null;
  const submit = (): void => {
    if (problem !== null || busy) return;
    const asked = { name: wanted, filter, sort, direction, columns: [...columns], shared };
    run(view === null ? asked : { ...asked, viewId: view.viewId }).then(
      ({ viewId }) => {
        onClose();
        router.go(formatAddress(['tenants'], { view: viewId }));
        say({ status: 'ok', title: view === null ? `The view ${wanted} was saved` : `The view is called ${wanted}` });
      },
      () => undefined,
    );
  };
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <Dialog
        isOpen
        onClose={onClose}
        title={view === null ? 'Save this view' : 'Rename or share the view'}
        icon="bookmark"
        className="decision"
        transitionDuration={0}
      >
        <DialogBody useOverflowScrollContainer={false}>
          <form
            className="stack-16"
            onSubmit={(event) => {
              event.preventDefault();
              submit();
            }}
          >
            <p className="second">
              A view keeps what is filtered, the order and the columns. It follows the facts: its count changes as they do.
            </p>
            <div className="stack-4">
              <label htmlFor={id} className="strong">
                Name
              </label>
              <InputGroup id={id} fill autoFocus maxLength={200} value={name} onValueChange={setName} />
            </div>
            <Checkbox
              checked={shared}
              onChange={(event) => {
                setShared(event.target.checked);
              }}
              labelElement="Others see it, each with their own tenants"
            />
            {error === null ? null : <ErrorView error={error} />}
            <div className="decision-foot">
              <Button size="large" text="Not now" className="push" onClick={onClose} />
              <ActionButton
                size="large"
                intent="primary"
                type="submit"
                text={view === null ? 'Save the view' : 'Keep it so'}
                endIcon={<Keys>Enter</Keys>}
                refused={problem}
                loading={busy}
              />
            </div>
          </form>
        </DialogBody>
      </Dialog>
    </>
  );
}
