import { Button, InputGroup } from '@blueprintjs/core';
import { useId, useState } from 'react';
import type { Source } from '../../../src-shared/contract/sources.ts';
import { useCommand } from '../../port/use-app.ts';
import { useActs } from '../../shell/acts.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { ErrorView } from '../../ui/states.tsx';

function PartnerField({ source, onClose }: { readonly source: Source; readonly onClose: () => void }) {
  const [partner, setPartner] = useState(source.partnerId ?? '');
  const configure = useCommand('source.configure');
  const id = useId();
  const text = partner.trim();
  return (
    <form
      className="stack-4 inline-form"
      onSubmit={(event) => {
        event.preventDefault();
        void configure
          .run({ sourceId: source.sourceId, partnerId: text === '' ? null : text })
          .then(onClose)
          .catch(() => undefined);
      }}
    >
      <label htmlFor={id} className="visually-hidden">
        Partner of {source.name}
      </label>
      <div className="row">
        <InputGroup
          id={id}
          autoFocus
          spellCheck={false}
          value={partner}
          maxLength={200}
          onChange={(event) => setPartner(event.target.value)}
        />
        <Button type="submit" text={text === '' ? 'Give it to no partner' : `Give it to ${text}`} loading={configure.busy} />
        <Button variant="minimal" text="Not now" onClick={onClose} />
      </div>
      <span className="small muted">
        {text === '' ? 'Then only the company’s own members see its chains.' : `Then the members of ${text} see its chains.`}
      </span>
      {configure.error === null ? null : <ErrorView error={configure.error} />}
    </form>
  );
}

/** Whose tenants a source speaks of, and so who of outside sees its chains. */
export function SourcePartner({ source }: { readonly source: Source }) {
  const acts = useActs();
  const [editing, setEditing] = useState(false);
  if (editing) return <PartnerField source={source} onClose={() => setEditing(false)} />;
  return (
    <span className="row">
      {source.partnerId ?? <span className="muted">none: seen by the company alone</span>}
      <ActionButton
        size="small"
        variant="minimal"
        text="Change…"
        aria-label="Change the partner…"
        refused={acts.refusal('source.configure')}
        onClick={() => setEditing(true)}
      />
    </span>
  );
}
