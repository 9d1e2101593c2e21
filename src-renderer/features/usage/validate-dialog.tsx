import { Button, Checkbox, Dialog, DialogBody, HTMLSelect, InputGroup } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { useAllowed, useCommand } from '../../port/use-app.ts';
import { router } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { say } from '../../ui/notices.ts';
import { Keys } from '../../ui/parts.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { ErrorView } from '../../ui/states.tsx';

const CONFIDENCES = [90, 95, 99] as const;

/** Has a random sample of stored usage recomputed from its events. */
export function ValidateDialog({ onClose }: { readonly onClose: () => void }) {
  const [sample, setSample] = useState('400');
  const [limit, setLimit] = useState('1');
  const [confidence, setConfidence] = useState<(typeof CONFIDENCES)[number]>(95);
  const [seed, setSeed] = useState('');
  const [second, setSecond] = useState(false);
  const { run, busy, error } = useCommand('usage.validate');
  const refused = useAllowed()('usage.validate');
  const id = useId();
  const size = Number(sample);
  const percent = Number(limit);
  const problem =
    !/^\d{1,5}$/.test(sample) || size < 1 || size > 20_000
      ? 'A sample has 1 to 20,000 cells.'
      : !/^\d{1,3}(\.\d{1,2})?$/.test(limit) || percent > 100
        ? 'The limit is 0 to 100 percent, with two places at most.'
        : null;
  const submit = (): void => {
    if (problem !== null || refused !== null || busy) return;
    run({
      sample: size,
      limitPercent: percent,
      confidencePercent: confidence,
      secondEngine: second,
      ...(seed.trim() === '' ? {} : { seed: seed.trim() }),
    }).then(
      ({ validationId }) => {
        onClose();
        say({
          status: 'ok',
          title: 'The sample is being recomputed',
          address: { label: 'Open the result', to: `/usage/validation/${validationId}` },
        });
        router.go('/usage?tab=reconciliation');
      },
      () => undefined,
    );
  };
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <Dialog isOpen onClose={onClose} title="Validate stored usage" icon="lab-test" className="decision" transitionDuration={0}>
        <DialogBody useOverflowScrollContainer={false}>
          <div
            className="stack-16"
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                submit();
              }
            }}
          >
            <p className="second">
              A random sample of cells (tenant, metric, day) is recomputed from its events. The answer bounds how many of all cells deviate.
              A deviation beyond the limit opens an incident.
            </p>
            <div className="dialog-two">
              <div className="stack-4">
                <label htmlFor={`${id}-sample`} className="strong">
                  Cells to recompute
                </label>
                <InputGroup id={`${id}-sample`} autoFocus inputMode="numeric" value={sample} onValueChange={setSample} />
              </div>
              <div className="stack-4">
                <label htmlFor={`${id}-confidence`} className="strong">
                  Confidence
                </label>
                <HTMLSelect
                  id={`${id}-confidence`}
                  fill
                  value={String(confidence)}
                  onChange={(event) => setConfidence(CONFIDENCES.find((one) => String(one) === event.target.value) ?? 95)}
                  options={CONFIDENCES.map((one) => ({ value: String(one), label: `${one}%` }))}
                />
              </div>
              <div className="stack-4">
                <label htmlFor={`${id}-limit`} className="strong">
                  A figure may deviate by, percent
                </label>
                <InputGroup id={`${id}-limit`} inputMode="decimal" value={limit} onValueChange={setLimit} />
              </div>
              <div className="stack-4">
                <label htmlFor={`${id}-seed`} className="strong">
                  Seed
                </label>
                <InputGroup id={`${id}-seed`} placeholder="one of its own" maxLength={100} value={seed} onValueChange={setSeed} />
              </div>
            </div>
            <Checkbox
              checked={second}
              onChange={(event) => setSecond(event.target.checked)}
              label="Have a second engine add up all events too, where it is installed"
            />
            {error === null ? null : <ErrorView error={error} />}
            <div className="decision-foot">
              {problem === null ? null : <span className="small t-warn">{problem}</span>}
              <Button size="large" text="Not now" className="push" onClick={onClose} />
              <ActionButton
                size="large"
                intent="primary"
                text="Validate the sample"
                endIcon={<Keys>Ctrl Enter</Keys>}
                loading={busy}
                refused={refused}
                aria-disabled={problem !== null}
                className={problem === null ? '' : 'is-off'}
                onClick={submit}
              />
            </div>
          </div>
        </DialogBody>
      </Dialog>
    </>
  );
}
