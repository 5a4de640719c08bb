import type { Socket } from 'node:net';
import { OutboundFault } from './outbound-fault.js';

/**
 * Ends a connection that receives more than `most` bytes. The limits of headers and of the body do not include endless
 * status lines, extensions of chunks and informational responses. undici takes what arrives with `read`.
 */
export function boundSocket(socket: Socket, most: number): void {
  const read = socket.read.bind(socket);
  let received = 0;
  socket.read = (size?: number): Buffer | null => {
    const chunk = read(size) as Buffer | null;
    received += chunk?.length ?? 0;
    if (received <= most) return chunk;
    socket.destroy(new OutboundFault('too_large', `The response has more than ${most} bytes.`));
    return null;
  };
}
