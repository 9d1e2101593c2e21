import { Banner } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { usePacket } from './packet-context.tsx';

/** The reference writes no files for the month; the packet is read and reviewed all the same. */
export function Refusal() {
  const { packet } = usePacket();
  const refusal = packet.referenceRefusal;
  if (refusal === null) return null;
  return (
    <Banner status="warn" icon="ban-circle" title="The reference verifiers write no files for this month">
      <p>They say: “{visibleText(refusal.says)}”.</p>
      <p className="small">
        {refusal.field === null ? null : (
          <>
            In <code>{visibleText(refusal.field)}</code> of {refusal.part}.{' '}
          </>
        )}
        The packet is computed from the same inputs and can be reviewed; its exports carry this refusal in place of the four files.
      </p>
    </Banner>
  );
}
