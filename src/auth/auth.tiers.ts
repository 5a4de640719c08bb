import type { Tier } from '../platform/limits/tier.js';

export const REGISTER: Tier = { name: 'register', address: 'REGISTER_RATE_LIMIT_MAX' };

/** Failed logins to one account from one address. */
export const LOGIN: Tier = { name: 'login', address: 'AUTH_RATE_LIMIT_MAX' };
/** Failed logins to all accounts from one address. Its limit is a multiple of the setting: see LoginLimits. */
export const LOGIN_ADDRESS: Tier = { name: 'login-address', address: 'AUTH_RATE_LIMIT_MAX' };

/** Refreshes of one session. */
export const REFRESH: Tier = { name: 'refresh', address: 'REFRESH_RATE_LIMIT_MAX' };
/** Invalid refresh tokens from one address. */
export const REFRESH_ADDRESS: Tier = { name: 'refresh-address', address: 'REFRESH_RATE_LIMIT_MAX' };
