import { z } from 'zod';
import { integer, setting } from '../../config/fields.js';

/**
 * The address of the server. It is separate from the other HTTP settings, because the health check of the image
 * loads only this file.
 */
export const LISTENING = {
  PORT: setting(integer(3000, 0, 65_535), 'The TCP port. Use 0 for any free port'),
  HOST: setting(
    z.string().optional(),
    'The address to listen on. Default: 0.0.0.0 (all addresses), or 127.0.0.1 (this machine only) with the embedded database',
  ),
};
