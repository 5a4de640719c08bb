import { RouteFacts } from '../routes/route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route reads no body, and accepts one of any type. */
    ignoresBody?: boolean;
  }
}

/** Reads and discards a body of any type. For clients that send one whose form another standard defines. */
export const IgnoresBody = () => RouteFacts({ ignoresBody: true });
