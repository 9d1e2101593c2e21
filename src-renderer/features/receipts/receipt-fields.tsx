import { integer } from '../../ui/format.ts';
import { CopyButton } from '../../ui/hash.tsx';
import { Fact } from '../../ui/parts.tsx';
import type { ReceiptAnswer } from './chain-answer.ts';
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

const figure = (value: unknown): string => (typeof value === 'number' && Number.isSafeInteger(value) ? integer(value) : fieldText(value));

/** The claim in one line with its units; null where it is not of the usual shape. */
export const claimText = (value: unknown): string | null => {
  if (!isRecord(value)) return null;
  const { throughput_req_s: rate, concurrent, queue_depth: queue, latency_p99_ms: p99, failover_s: failover } = value;
  if ([rate, concurrent, queue, p99, failover].some((v) => typeof v !== 'number')) return null;
  return `${figure(rate)} req/s, ${figure(concurrent)} concurrent, queue ${figure(queue)}, p99 ${figure(p99)} ms, failover ${figure(failover)} s`;
};

/** Who wrote it, in one line: machine, OTP release, requestor. */
export const auditText = (value: unknown): string | null => {
  if (!isRecord(value) || typeof value['machine_id'] !== 'string') return null;
  const otp = typeof value['otp_version'] === 'string' ? `, OTP ${value['otp_version']}` : '';
  const who = typeof value['requestor_id'] === 'string' ? `, ${value['requestor_id']}` : '';
  return `${value['machine_id']}${otp}${who}`;
};

/** Fields as rows for a narrow place: plan and version in one, claim and audit in one line each. */
const briefRows = (fields: Readonly<Record<string, unknown>>): (readonly [string, string])[] =>
  orderedFields(fields).flatMap(([name, value]): (readonly [string, string])[] => {
    if (name === 'timestamp') return [];
    if (name === 'plan_id' && Object.hasOwn(fields, 'version'))
      return [['plan_id, version', `${fieldText(value)}, ${fieldText(fields['version'])}`]];
    if (name === 'version' && Object.hasOwn(fields, 'plan_id')) return [];
    if (name === 'envelope_claim') return [[name, claimText(value) ?? fieldText(value)]];
    if (name === 'audit_fields') return [[name, auditText(value) ?? fieldText(value)]];
    return [[name, fieldText(value)]];
  });

/** The fields of a receipt. `brief` leaves out what stands in the head already. */
export function ReceiptFields({ answer, brief = false }: { readonly answer: ReceiptAnswer; readonly brief?: boolean }) {
  if (answer.fields === null) {
    return <p className="second">This line is not JSON, so it has no fields. Its bytes stand below, as they came.</p>;
  }
  const fields: readonly (readonly [string, unknown])[] = brief ? briefRows(answer.fields) : orderedFields(answer.fields);
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
                  <span className="wrap-anywhere">{visibleText(figure(v))}</span>
                </span>
              ))}
            </span>
          )}
        </Fact>
      ))}
    </dl>
  );
}
