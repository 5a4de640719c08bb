import { describe, expect, it } from '@jest/globals';
import { readSource } from './support/sql-in-source.js';
import { waysOut } from './support/ways-out.js';

/** Packages that serve, count or compress. Their code imports a module that could open a connection as well. */
const SERVING = [
  ...[
    '@fastify/compress',
    '@fastify/static',
    '@nestjs/core',
    '@nestjs/platform-fastify',
    '@nestjs/throttler',
  ],
  ...['fastify', 'find-my-way', 'prom-client'],
];

/** The files that may open connections, and by what. Everything else uses the service client. */
const EXCEPTIONS: Record<string, string[]> = {
  // The service client itself.
  'src/platform/outbound/connections.ts': ['undici'],
  'src/platform/outbound/name-resolver.ts': ['node:dns/promises'],
  // PostgreSQL and Redis, with circuit breakers of their own.
  'src/platform/database/': ['pg'],
  'src/platform/redis/': ['ioredis'],
  // SMTP, to the server of the settings. The other files of the room use its encoding and its parser.
  'src/platform/mail/': ['nodemailer'],
  // The probe of the container and the command that examines a deployment request that server and its Redis.
  'src/healthcheck.ts': ['fetch'],
  'src/cli/doctor-checks.ts': ['ioredis', 'fetch'],
};

const isAllowed = (path: string, by: string): boolean =>
  SERVING.includes(by) ||
  Object.entries(EXCEPTIONS).some(([place, ways]) => path.startsWith(place) && ways.includes(by));

const found = (text: string) => waysOut({ path: 'src/x.ts', text }).map(({ by }) => by);

describe('the ways out of the process', () => {
  it('are those of the service client, of PostgreSQL and of Redis alone', () => {
    const others = readSource()
      .flatMap(waysOut)
      .filter(({ path, by }) => !isAllowed(path, by));
    expect(others).toEqual([]);
  });

  it('still exist where this page allows them', () => {
    const all = readSource().flatMap(waysOut);
    for (const [place, ways] of Object.entries(EXCEPTIONS))
      for (const way of ways)
        expect([place, way, all.some(({ path, by }) => path.startsWith(place) && by === way)]).toEqual([
          place,
          way,
          true,
        ]);
  });

  it.each([
    ["await fetch('http://a')", 'fetch'],
    ["const { fetch: get } = globalThis; globalThis.fetch('http://a')", 'fetch'],
    ['const send = fetch;', 'fetch'],
    ['function a(fetch) { fetch(); } fetch();', 'fetch'],
    ['use({ fetch })', 'fetch'],
    ["new WebSocket('ws://a')", 'WebSocket'],
    ["import http from 'node:http'", 'node:http'],
    ["import { request } from 'http'", 'node:http'],
    ["import { METHODS, get } from 'node:http'", 'node:http'],
    ["import * as net from 'net'", 'node:net'],
    ["import { connect as c } from 'node:tls'", 'node:tls'],
    ["const dns = await import('node:dns')", 'node:dns'],
    ["const net = require('net')", 'node:net'],
    ["process.getBuiltinModule('node:dgram')", 'node:dgram'],
    ["export { connect } from 'node:net'", 'node:net'],
    ["import 'undici'", 'undici'],
    ["import { Pool } from 'pg'", 'pg'],
  ])('finds %s', (text, by) => {
    expect(found(text)).toContain(by);
  });

  it.each([
    "import type { Socket } from 'node:net'",
    "import { type Server, METHODS } from 'node:http'",
    "import { isIP } from 'node:net'",
    'class A { private fetch() { return this.fetch(); } }',
    "import { LRUCache } from 'lru-cache'",
    'let answer: WebSocket;',
    'async function get(fetch: () => void) { await fetch(); }',
    'function get() { const fetch = load; return fetch(); }',
  ])('leaves %s alone', (text) => {
    expect(found(text)).toEqual([]);
  });
});
