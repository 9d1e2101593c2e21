import { CopyButton } from '../../ui/hash.tsx';
import { Fact } from '../../ui/parts.tsx';
import { type ReceiptAnswer } from './chain-answer.ts';
import { visibleText } from '../../ui/visible-text.ts';

const HASHED_ELSEWHERE = new Set(['current_hash', 'previous_receipt_hash', 'hash_chain', 'conformance_events']);
/** The order in which people look for them; what is not named here follows as it stands in the file. */
const FIRST = ['receipt_id', 'plan_id', 'version', 'timestamp', 'envelope_claim', 'audit_fields', 'refusal_trigger'];

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value in one line: scalars as they are, records as `name value, …`. */
export const fieldText = (value: unknown): string => {
  if (value === null) return 'null';
  if (isRecord(value)) {
    return Object.entries(value)
      .map(([name, inner]) => `${name} ${isRecord(inner) || Array.isArray(inner) ? JSON.stringify(inner) : String(inner)}`)
      .join(', ');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
};

export const orderedFields = (fields: Readonly<Record<string, unknown>>): (readonly [string, unknown])[] => [
  ...FIRST.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]] as const),
  ...Object.entries(fields).filter(([name]) => !FIRST.includes(name) && !HASHED_ELSEWHERE.has(name)),
];

/** The fields of a receipt. `brief` leaves out what stands in the head already. */
export function ReceiptFields({ answer, brief = false }: { readonly answer: ReceiptAnswer; readonly brief?: boolean }) {
  if (answer.fields === null) {
    return <p className="second">This line is not JSON, so it has no fields. Its bytes stand below, as they came.</p>;
  }
  const fields = orderedFields(answer.fields).filter(([name]) => !brief || name !== 'timestamp');
  return (
    <dl className="facts tight">
      {fields.map(([name, value]) => (
        <Fact key={name} label={visibleText(name)}>
          {name === 'receipt_id' && typeof value === 'string' ? (
            <>
              <code>{visibleText(value)}</code> <CopyButton text={value} what="the receipt id" />
            </>
          ) : brief || !isRecord(value) ? (
            <span className={brief ? 'small field-line' : 'wrap-anywhere'}>{visibleText(fieldText(value))}</span>
          ) : (
            <span className="field-rows">
              {Object.entries(value).map(([inner, v]) => (
                <span key={inner} className="field-row">
                  <span className="second">{visibleText(inner)}</span>
                  <span className="wrap-anywhere">{visibleText(fieldText(v))}</span>
                </span>
              ))}
            </span>
          )}
        </Fact>
      ))}
    </dl>
  );
}
