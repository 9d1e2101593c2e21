import type { PacketSchedule } from '../../../src-shared/contract/packets.ts';
import { counted } from '../../ui/format.ts';

/** `Built by itself on day 3 of the following month, to be accepted within 2 days.` */
export const scheduleWords = ({ buildOnDay, acceptWithinDays, automatic }: PacketSchedule): string =>
  `Built ${automatic ? 'by itself' : 'by hand'} on day ${buildOnDay} of the following month, to be accepted within ${counted(acceptWithinDays, 'day')}.`;
