import type { Tier } from '../platform/limits/tier.js';

export const REGISTER: Tier = { name: 'register', address: 'REGISTER_RATE_LIMIT_MAX' };
