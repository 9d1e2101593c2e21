/** The connection between a browser and a console, in a test's hands: it can be cut and mended, with both ends running. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Wire {
  /** Switches for a browser that shall reach the console over this wire; it still says the console's own address. */
  readonly switches: readonly string[];
  /** Ends what is open and lets nothing through. */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly close: () => Promise<void>;
}

/** @param port of the console on this machine. */
export async function startWire(port: number): Promise<Wire> {
  const open = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) {
      near.destroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = (server.address() as AddressInfo).port;
  const cut = (): void => {
    whole = false;
    for (const socket of open) socket.destroy();
  };
  return {
    switches: [`--host-resolver-rules=MAP 127.0.0.1:${port} 127.0.0.1:${own}`],
    cut,
    mend: () => {
      whole = true;
    },
    close: async () => {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
