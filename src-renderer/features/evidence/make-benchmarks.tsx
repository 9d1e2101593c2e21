import { Button, Icon } from '@blueprintjs/core';
import { Time, useNow } from '../../ui/time.tsx';
import { parseTime, span } from '../../ui/time-format.ts';
import { type Json, listAt, numberText, textAt, useDraft, valueAt } from './draft.ts';
import { ChoiceField, NumberField, Section, TextField, TimeField } from './form-fields.tsx';

const CLASSES = [
  { value: 'vendor_pricing_page', label: 'vendor pricing page' },
  { value: 'industry_benchmark_report', label: 'industry benchmark report' },
  { value: 'standards_guidance', label: 'standards guidance' },
  { value: 'analyst_report', label: 'analyst report' },
];
const DAY_MS = 86_400_000;

/** When a source is too old to count. */
function Expiry({ at }: { readonly at: string }) {
  const { document } = useDraft();
  const nowMs = useNow();
  const crawled = parseTime(textAt(document, `${at}/crawled_at`));
  const days = Number(numberText(valueAt(document, '/refresh_policy/max_source_age_days')) || '120');
  if (crawled === null || !Number.isFinite(days)) return <span className="muted">–</span>;
  const expires = crawled + days * DAY_MS;
  if (expires < nowMs) return <b className="t-warn">too old</b>;
  return (
    <span className="small">
      <Time at={new Date(expires).toISOString()} form="column" /> <span className="muted">{span(expires - nowMs)}</span>
    </span>
  );
}

/** The register of pricing benchmarks: limits, and a table of sources that one fills in row by row. */
export function BenchmarksForm({ now }: { readonly now: () => string }) {
  const { document, set } = useDraft();
  const sources = listAt(document, '/sources');
  const required = listAt(document, '/refresh_policy/required_source_classes');
  const addSource = (): void => {
    set('/sources', [...sources, { id: '', title: '', url: '', source_class: '', crawled_at: '', confidence_score: null, notes: '' }]);
    // Whoever adds a source wants to name it.
    requestAnimationFrame(() => window.document.querySelector<HTMLElement>(`[data-pointer="/sources/${sources.length}/id"]`)?.focus());
  };
  return (
    <>
      <Section title="Limits" note="how old a source may be, how many are needed">
        <div className="mk-row">
          <NumberField
            at="/refresh_policy/max_source_age_days"
            label="Oldest age of a source"
            unit="days"
            help="The release gate itself allows 120."
          />
          <NumberField at="/thresholds/minimum_source_count" label="Least number of sources" />
          <NumberField at="/thresholds/minimum_confidence_score" label="Least confidence, 0 to 1" />
          <TextField at="/refresh_policy/refresh_cadence" label="How often it is refreshed" placeholder="quarterly" />
        </div>
        <fieldset className="mk-classes">
          <legend className="mk-label">Classes that must be there</legend>
          {CLASSES.map(({ value, label }) => (
            <label key={value}>
              <input
                type="checkbox"
                checked={required.includes(value)}
                onChange={(event) =>
                  set(
                    '/refresh_policy/required_source_classes',
                    event.target.checked ? [...required, value] : required.filter((one: Json) => one !== value),
                  )
                }
              />{' '}
              {label}
            </label>
          ))}
        </fieldset>
      </Section>
      <Section
        title="Sources"
        note={`${sources.length} of at least ${numberText(valueAt(document, '/thresholds/minimum_source_count')) || '5'}`}
      >
        <div className="mk-scroll" tabIndex={0} role="region" aria-label="Table of sources">
          <table className="table mk-table">
            <thead>
              <tr>
                <th scope="col">Id</th>
                <th scope="col">Title</th>
                <th scope="col">Address</th>
                <th scope="col">Class</th>
                <th scope="col">Confidence</th>
                <th scope="col">Read on, UTC</th>
                <th scope="col">Counts until</th>
                <th scope="col">
                  <span className="visually-hidden">Remove</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sources.map((_source, index) => {
                const at = `/sources/${index}`;
                const named = `Source ${index + 1}`;
                return (
                  <tr key={index}>
                    <td>
                      <TextField bare at={`${at}/id`} label={`${named}: id`} />
                    </td>
                    <td>
                      <TextField bare at={`${at}/title`} label={`${named}: title`} />
                    </td>
                    <td className="mk-wide">
                      <TextField bare at={`${at}/url`} label={`${named}: address`} placeholder="https://" />
                    </td>
                    <td>
                      <ChoiceField bare at={`${at}/source_class`} label={`${named}: class`} choices={CLASSES} />
                    </td>
                    <td className="mk-narrow">
                      <NumberField bare at={`${at}/confidence_score`} label={`${named}: confidence`} />
                    </td>
                    <td className="mk-when">
                      <TimeField bare at={`${at}/crawled_at`} label={`${named}: read on`} now={now} />
                    </td>
                    <td>
                      <Expiry at={at} />
                    </td>
                    <td className="mk-end">
                      <Button
                        variant="minimal"
                        size="small"
                        icon={<Icon icon="cross" size={12} />}
                        aria-label={`Remove source ${index + 1}`}
                        onClick={() => set(at, undefined)}
                      />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        <div className="row">
          <Button icon="add" text="Add a source" data-pointer="/sources" onClick={addSource} />
          <Button
            text="All were read now"
            disabled={sources.length === 0}
            onClick={() =>
              set(
                '/sources',
                sources.map((source) =>
                  typeof source === 'object' && source !== null ? { ...source, crawled_at: `${now().slice(0, 19)}Z` } : source,
                ),
              )
            }
          />
          <span className="small muted">Say so only where it is true: the age of a source is what the gate judges.</span>
        </div>
      </Section>
    </>
  );
}
