import { type GatesSeam, NO_GATES } from '../packets/index.ts';

/** What packets take from the release gates. */
export const GATES_FOR_PACKETS: GatesSeam = NO_GATES;
