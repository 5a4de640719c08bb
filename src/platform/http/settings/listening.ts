import { z } from 'zod';
import { integer, setting } from '../../config/fields.js';

/** Where the server listens: apart from its other settings, because the health check of the image loads nothing else. */
export const LISTENING = {
  PORT: setting(integer(3000, 0, 65_535), 'TCP port; 0 takes a free one'),
  HOST: setting(
    z.string().optional(),
    'Address to listen on. Default: 0.0.0.0 (all addresses); with the embedded database 127.0.0.1 (this machine only)',
  ),
};
