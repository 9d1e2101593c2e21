/** The packets of the fixture app: their store is opened when a screen first asks for one. */
import { procedures } from '../../../src-shared/contract/index.ts';
import { makePacketWorld, type PacketHandlers, type PacketWorld } from './packet-world.ts';

type Name = keyof PacketHandlers;
const NAMES = Object.keys(procedures).filter((name): name is Name => name.startsWith('packet.'));

export const lazyPackets = (scenario: 'full' | 'empty', told: () => void): PacketWorld => {
  let world: Promise<PacketWorld> | null = null;
  let closed = false;
  const open = (): Promise<PacketWorld> => {
    // What happens while the story is told is no news to anybody.
    let ready = false;
    world ??= makePacketWorld(scenario, () => {
      if (ready && !closed) told();
    }).then((made) => {
      ready = true;
      return made;
    });
    return world;
  };
  const handler = (name: Name) => async (input: never, ctx: never) => {
    const { handlers } = await open();
    return (handlers[name] as (input: never, ctx: never) => unknown)(input, ctx);
  };
  return {
    handlers: Object.fromEntries(NAMES.map((name) => [name, handler(name)])) as unknown as PacketHandlers,
    close: () => {
      closed = true;
      void world?.then((made) => {
        made.close();
      });
    },
  };
};
