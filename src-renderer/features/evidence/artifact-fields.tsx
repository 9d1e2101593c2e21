import { Button, HTMLSelect, InputGroup, Switch } from '@blueprintjs/core';
import { useEffect, useRef, useState } from 'react';
import type { EvidenceField } from '../../../src-shared/contract/evidence.ts';
import type { Answer } from '../../port/use-app.ts';
import { setQuery } from '../../router/router.ts';
import { counted, integer } from '../../ui/format.ts';
import { Panel } from '../../ui/parts.tsx';
import { Empty } from '../../ui/states.tsx';
import { visibleText } from '../../ui/visible-text.ts';

type ArtifactAnswer = Answer<'evidence.artifact'>;

const CHANGES = { same: '', changed: 'changed', added: 'new', removed: 'gone' } as const;

/** Every field of the document, against the version before or any other that is chosen. */
export function ArtifactFields({
  of,
  aimedAt,
  bringIntoView,
}: {
  readonly of: ArtifactAnswer;
  readonly aimedAt: string | undefined;
  readonly bringIntoView: boolean;
}) {
  const [search, setSearch] = useState('');
  const [onlyChanged, setOnlyChanged] = useState(of.against !== null && of.changed > 0 && !bringIntoView);
  const aimed = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (bringIntoView) aimed.current?.scrollIntoView({ block: 'center' });
  }, [bringIntoView]);
  const wanted = search.trim().toLowerCase();
  const fits = (field: EvidenceField): boolean =>
    (!onlyChanged || field.change !== 'same') &&
    (wanted === '' || field.pointer.toLowerCase().includes(wanted) || (field.value ?? field.before ?? '').toLowerCase().includes(wanted));
  const shown = of.fields.filter(fits);
  const others = of.versions.filter(({ versionNo }) => versionNo !== of.version.versionNo);
  const position = of.versions.find(({ versionNo }) => versionNo === of.against)?.position;
  return (
    <Panel
      title="Fields"
      note={
        of.against === null
          ? counted(of.fieldsTotal, 'field')
          : `${counted(of.changed, 'field')} of ${integer(of.fieldsTotal)} ${of.changed === 1 ? 'differs' : 'differ'} from version ${position ?? ''}`
      }
      pad={false}
      actions={
        others.length === 0 ? null : (
          <HTMLSelect
            aria-label="Compare with"
            value={of.against ?? ''}
            onChange={(event) => setQuery({ against: event.target.value })}
            options={others.map(({ versionNo, position: at }) => ({ value: versionNo, label: `against version ${at}` }))}
          />
        )
      }
    >
      <div className="toolbar pad-x" role="group" aria-label="Search fields">
        <InputGroup
          leftIcon="search"
          aria-label="Search fields"
          placeholder="Field or value"
          value={search}
          onValueChange={setSearch}
          style={{ width: 240 }}
        />
        {of.against === null ? null : (
          <Switch label="Only what changed" checked={onlyChanged} onChange={(event) => setOnlyChanged(event.currentTarget.checked)} />
        )}
        <span className="push small muted">
          {integer(shown.length)} of {integer(of.fields.length)}
          {of.fields.length < of.fieldsTotal ? ` shown of ${integer(of.fieldsTotal)}` : ''}
        </span>
      </div>
      {shown.length === 0 ? (
        <Empty
          icon="search"
          title={onlyChanged && wanted === '' ? 'Nothing changed' : 'No field fits'}
          action={
            <Button
              text="Show all fields"
              onClick={() => {
                setSearch('');
                setOnlyChanged(false);
              }}
            />
          }
        />
      ) : (
        <div className="ev-fields-scroll" tabIndex={0} role="region" aria-label="Fields and values">
          <table className="table tight ev-field-table">
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Value</th>
                {of.against === null ? null : <th scope="col">Before</th>}
              </tr>
            </thead>
            <tbody>
              {shown.map((field) => (
                <tr
                  key={`${field.change === 'removed' ? '-' : ''}${field.pointer}`}
                  ref={field.pointer === aimedAt ? aimed : undefined}
                  className={[field.change === 'same' || onlyChanged ? '' : 'changed', field.pointer === aimedAt ? 'aimed' : '']
                    .join(' ')
                    .trim()}
                >
                  <td>
                    <code>{visibleText(field.pointer)}</code>
                    {field.change === 'same' ? null : <b className="small t-warn"> {CHANGES[field.change]}</b>}
                  </td>
                  <td>{field.value === null ? <span className="muted">gone</span> : <code>{visibleText(field.value)}</code>}</td>
                  {of.against === null ? null : (
                    <td>
                      {field.change === 'same' ? (
                        <span className="muted">same</span>
                      ) : field.before === null ? (
                        <span className="muted">absent</span>
                      ) : (
                        <code>{visibleText(field.before)}</code>
                      )}
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
