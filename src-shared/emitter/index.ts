/** For whoever meters: a client that emits usage events exactly once in effect, whatever the network does. */
export { arrived, createEmitter, type Emitter, type EmitterOptions, type EmitterState, retryDelayMs } from './emitter.ts';
export { BATCH_TYPE, type EventAnswer, type FetchLike } from './send-batch.ts';
export {
  EVENT_OUTCOMES,
  type EventOutcome,
  quantityText,
  USAGE_EVENT_TYPE,
  type UsageEvent,
  usageEvent,
  type UsageInput,
} from './usage-event.ts';
