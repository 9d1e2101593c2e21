import { Button, Checkbox, Dialog, DialogBody, InputGroup } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { useCommand, useProcedure } from '../../port/use-app.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { Keys } from '../../ui/parts.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { ErrorView } from '../../ui/states.tsx';
import { tagsOf } from './tenant-words.ts';

const LONGEST_TAG = 50;
const MOST_TAGS = 20;

export interface TagDialogProps {
  readonly tenantIds: readonly string[];
  /** Of one tenant: the tags it has from here, which may be taken away. */
  readonly has?: readonly string[];
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** Gives tags to tenants, or takes away tags that were given here; a source's tags are the source's. */
export function TagDialog({ tenantIds, has, onClose, onDone }: TagDialogProps) {
  const known = useProcedure('tenant.facets', { filter: {} }).data?.tags ?? [];
  const [text, setText] = useState('');
  const [removed, setRemoved] = useState<readonly string[]>([]);
  const { run, busy, error } = useCommand('tenant.tag');
  const id = useId();
  const add = tagsOf(text);
  const tooLong = add.find((tag) => tag.length > LONGEST_TAG);
  const problem =
    add.length === 0 && removed.length === 0
      ? 'Write a tag, or choose one to take away.'
      : add.length > MOST_TAGS
        ? `At most ${MOST_TAGS} tags at a time.`
        : tooLong === undefined
          ? null
          : `A tag has at most ${LONGEST_TAG} characters.`;
  const offered = known.filter(({ value }) => has === undefined || !has.includes(value)).slice(0, 12);
  const mayGo = has ?? known.map(({ value }) => value).slice(0, 12);
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <Dialog
        isOpen
        onClose={onClose}
        title={tenantIds.length === 1 ? 'Tags of this tenant' : `Tags of ${counted(tenantIds.length, 'tenant')}`}
        icon="tag"
        className="decision"
        transitionDuration={0}
      >
        <DialogBody useOverflowScrollContainer={false}>
          <form
            className="stack-16"
            onSubmit={(event) => {
              event.preventDefault();
              if (problem !== null || busy) return;
              run({ tenantIds: [...tenantIds], add, remove: [...removed] }).then(
                ({ says }) => {
                  onClose();
                  onDone?.();
                  say({ status: 'ok', title: says });
                },
                () => undefined,
              );
            }}
          >
            <div className="stack-4">
              <label htmlFor={id} className="strong">
                Add
              </label>
              <InputGroup id={id} fill autoFocus value={text} onValueChange={setText} placeholder="Several with commas between them" />
              {offered.length === 0 ? null : (
                <div className="row wrap tag-offers" role="group" aria-label="Tags in use">
                  {offered.map(({ value, label }) => (
                    <Button
                      key={value}
                      size="small"
                      variant="minimal"
                      icon="plus"
                      text={label}
                      aria-pressed={add.includes(value)}
                      onClick={() => {
                        setText(joinTags(add.includes(value) ? add.filter((tag) => tag !== value) : [...add, value]));
                      }}
                    />
                  ))}
                </div>
              )}
            </div>
            {mayGo.length === 0 ? null : (
              <fieldset className="stack-4 plain-set">
                <legend className="strong">Take away</legend>
                {mayGo.map((tag) => (
                  <Checkbox
                    key={tag}
                    checked={removed.includes(tag)}
                    label={tag}
                    onChange={() => {
                      setRemoved(removed.includes(tag) ? removed.filter((each) => each !== tag) : [...removed, tag]);
                    }}
                  />
                ))}
              </fieldset>
            )}
            <p className="small second">Tags that a source gave stay as the source says; only tags given here are taken away.</p>
            {error === null ? null : <ErrorView error={error} />}
            <div className="decision-foot">
              <Button size="large" text="Not now" className="push" onClick={onClose} />
              <ActionButton
                size="large"
                intent="primary"
                type="submit"
                text={tenantIds.length === 1 ? 'Change its tags' : `Change tags of ${counted(tenantIds.length, 'tenant')}`}
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

const joinTags = (tags: readonly string[]): string => tags.join(', ');
